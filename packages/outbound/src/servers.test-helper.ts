import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { createCa, issueServerCredentials, openCa, type ServerCredentials } from "@breakwater/pki";
import { onTestFinished } from "vitest";
import type { OutboundRequest, OutboundResponse } from "./outbound-request.ts";
import { isSpecialAddress } from "./special-addresses.ts";

/** Plays a server on the internet; 127.0.0.1 stays a private address. */
export const PUBLIC = "127.0.0.2";
export const isSpecial = (address: string) => address !== PUBLIC && isSpecialAddress(address);

/** What the tests ask for unless they say otherwise. */
export function asking(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { url, allowPrivate: true, maxBytes: 100_000, timeoutMs: 20_000, ...more };
}

export async function textOf(response: OutboundResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Origin of a plain HTTP server that ends with the test. */
export async function httpServer(answer: RequestListener, host = "127.0.0.1"): Promise<string> {
  return `http://${host}:${await listening(createServer(answer), host)}`;
}

/** Port of a TLS server that ends with the test. */
export async function tlsServer(
  credentials: ServerCredentials,
  answer: RequestListener,
): Promise<number> {
  const { key, cert } = credentials;
  return listening(createTlsServer({ key, cert }, answer), "127.0.0.1");
}

/** Port of a server that does with each connection what it likes. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export async function certificates(hosts: readonly string[], now = Date.now()) {
  const subject = { name: "Test", trustDomain: "test.example" };
  const ca = await openCa(await createCa(subject, () => now));
  return { credentials: await issueServerCredentials(ca, hosts, now), roots: ca.roots };
}

export type SeenTunnel = { target: string; authorization: string | undefined };

/** An HTTP proxy that knows CONNECT, and what it was asked for. Every name leads to 127.0.0.1. */
export async function proxyServer(
  status = 200,
  answer = "",
): Promise<{ url: string; seen: SeenTunnel[] }> {
  const seen: SeenTunnel[] = [];
  const server = createServer();
  server.on("connect", (request, client: Socket) => {
    client.on("error", () => undefined);
    const target = request.url ?? "";
    seen.push({ target, authorization: request.headers["proxy-authorization"] });
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
      return;
    }
    const upstream = connect(Number(target.split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  return { url: `http://127.0.0.1:${await listening(server, "127.0.0.1")}`, seen };
}
