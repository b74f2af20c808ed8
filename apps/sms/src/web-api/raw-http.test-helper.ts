import { connect } from "node:net";

export type RawAnswer = { status: number; head: string; body: string };

/** Sends bytes as they are and reads until the server hangs up. Rejects on a broken connection. */
export function rawHttp(url: string, request: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    socket.setTimeout(20_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => {
      const [head = "", ...rest] = Buffer.concat(chunks).toString("utf8").split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1]), head, body: rest.join("\r\n\r\n") });
    });
    socket.write(request);
  });
}

/** A request as python-requests and curl write it, on a connection of its own. */
export function rawRequest(line: string, headers: Record<string, string> = {}, body = ""): string {
  const all = {
    Host: "sms.example",
    "User-Agent": "python-requests/2.32.3",
    Accept: "*/*",
    Connection: "close",
    ...headers,
    ...(line.startsWith("POST") ? { "Content-Length": `${Buffer.byteLength(body)}` } : {}),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

const BOUNDARY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/** One file in a part called `part`, with further text fields. */
export function multipart(part: string, file: string, fields: Record<string, string> = {}): string {
  const texts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${texts.join("")}--${BOUNDARY}\r\nContent-Disposition: form-data; name="${part}"; filename="entries.csv"\r\nContent-Type: text/csv\r\n\r\n${file}\r\n--${BOUNDARY}--\r\n`;
}

export const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
