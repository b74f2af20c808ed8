import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createCa, issueServerCredentials, openCa } from "@breakwater/pki";

export type Reply = {
  status?: number;
  body?: string | Buffer;
  headers?: Record<string, string>;
};

export type FeedServer = {
  url: string;
  /** Its authority, in PEM. */
  ca: string;
  /** Answers by path; anything else is 404. */
  replies: Map<string, (request: IncomingMessage) => Reply>;
  /** What was asked for. */
  seen: { url: string; headers: IncomingMessage["headers"] }[];
  close: () => Promise<void>;
};

/** A TLS server that plays the publisher of a feed. */
export async function startFeedServer(): Promise<FeedServer> {
  const subject = { name: "Test", trustDomain: "test.example" };
  const ca = await openCa(await createCa(subject, () => Date.now()));
  const { key, cert } = await issueServerCredentials(ca, ["127.0.0.1", "localhost"], Date.now());
  const replies: FeedServer["replies"] = new Map();
  const seen: FeedServer["seen"] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const url = request.url ?? "/";
    seen.push({ url, headers: request.headers });
    const reply = replies.get(new URL(url, "https://feed").pathname)?.(request) ?? { status: 404 };
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: ca.roots.join("\n"),
    replies,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A list with an entity tag. */
export function tagged(body: string): (request: IncomingMessage) => Reply {
  const etag = `"${Buffer.from(body).length}-${body.slice(0, 20).replaceAll(/\W/g, "")}"`;
  return (request) =>
    request.headers["if-none-match"] === etag ? { status: 304 } : { body, headers: { etag } };
}
