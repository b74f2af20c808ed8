import { connect } from "node:net";

export type RawAnswer = {
  status: number;
  /** Header lines as they stand on the wire. */
  headerLines: string[];
  body: string;
};

/**
 * Sends requests one after the other over one TCP connection and reads the answers byte for byte:
 * what a client library would normalise is visible here. Rejects when the server hangs up early.
 */
export async function rawHttp(url: string, requests: readonly string[]): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let buffer = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  let isOver = false;
  socket.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    wake();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isOver = true;
    wake();
  });
  const more = async () => {
    if (isOver) throw new Error(`the server hung up after: ${buffer.toString("latin1")}`);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const answers: RawAnswer[] = [];
  for (const request of requests) {
    socket.write(request);
    for (;;) {
      const answer = readAnswer(buffer);
      if (answer !== undefined) {
        answers.push(answer);
        buffer = buffer.subarray(answer.length);
        break;
      }
      await more();
    }
  }
  socket.destroy();
  return answers;
}

function readAnswer(buffer: Buffer): (RawAnswer & { length: number }) | undefined {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...headerLines] = buffer.toString("latin1", 0, end).split("\r\n");
  const size = /^content-length: (\d+)$/im.exec(headerLines.join("\n"))?.[1] ?? "0";
  const length = end + 4 + Number(size);
  if (buffer.length < length) return undefined;
  const status = Number(statusLine.split(" ")[1]);
  return { status, headerLines, body: buffer.toString("utf8", end + 4, length), length };
}

/** The text of one request; the body, if any, is sent as JSON. */
export function rawRequest(
  line: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): string {
  const all = {
    Host: "hub.example:8080",
    ...headers,
    ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
}
