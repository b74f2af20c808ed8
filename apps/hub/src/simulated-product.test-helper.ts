import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEstTransport,
  enrollWithToken,
  type IdentityStore,
  openIdentityStore,
} from "@breakwater/pki";
import { ObjectStreamLine, ProductId } from "@breakwater/protocol";

export type Answer = { status: number; body: string };

export type LineStream = {
  /** The next line that is not a heartbeat. Rejects when the stream ends first. */
  next: () => Promise<ObjectStreamLine>;
  ended: Promise<void>;
  close: () => void;
};

export type SimulatedProduct = {
  id: ProductId;
  store: IdentityStore;
  request: (method: string, path: string, body?: unknown) => Promise<Answer>;
  stream: (query?: string) => LineStream;
  close: () => void;
};

/**
 * What an SMS is to the hub: enrols with a token, then speaks HTTP/2 with its certificate. `directory`
 * holds its keys; the same one again is the same SMS.
 */
export async function enrolProduct(
  token: string,
  directory = join(tmpdir(), `bw-product-${crypto.randomUUID()}`),
): Promise<SimulatedProduct> {
  const store = await openIdentityStore(directory);
  const identity = await enrollWithToken({
    token,
    kind: "sms",
    store,
    transport: createEstTransport(),
    now: Date.now,
  });
  const url = identity.meta.url;
  let session: ClientHttp2Session | undefined;
  const open = () => {
    if (session === undefined || session.destroyed || session.closed) {
      session = connect(url, store.tlsOptions());
      session.on("error", () => undefined);
    }
    return session;
  };
  return {
    id: ProductId.parse(identity.identity.id),
    store,
    request: (method, path, body) => send(open(), method, path, body),
    stream: (query = "") => lines(open(), `/product/v1/objects/stream${query}`),
    close: () => session?.destroy(),
  };
}

function send(
  session: ClientHttp2Session,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": method,
      ":path": path,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    });
    let status = 0;
    let text = "";
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.on("data", (chunk) => {
      text += String(chunk);
    });
    stream.on("error", reject);
    stream.on("close", () =>
      status === 0 ? reject(new Error("no answer")) : resolve({ status, body: text }),
    );
    stream.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function lines(session: ClientHttp2Session, path: string): LineStream {
  const stream = session.request({ ":path": path });
  const queue: ObjectStreamLine[] = [];
  const waiting: { resolve: (line: ObjectStreamLine) => void; reject: (e: Error) => void }[] = [];
  let rest = "";
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    stream.on("close", () => {
      isOver = true;
      for (const one of waiting) one.reject(new Error("the stream ended"));
      resolve();
    });
  });
  stream.on("error", () => undefined);
  stream.on("data", (chunk) => {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = ObjectStreamLine.parse(JSON.parse(part));
      if (line.t === "heartbeat") continue;
      const first = waiting.shift();
      if (first === undefined) queue.push(line);
      else first.resolve(line);
    }
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const line = queue.shift();
        if (line !== undefined) resolve(line);
        else if (isOver) reject(new Error("the stream ended"));
        else waiting.push({ resolve, reject });
      }),
    ended,
    close: () => stream.close(),
  };
}
