import { EventEmitter, once } from "node:events";
import { type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, AppError } from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../log.ts";
import { HttpApp } from "./http-app.ts";
import { makeTlsFiles } from "./tls-files.test-helper.ts";

const LIMIT = 8_000_000;
const upload = {
  permission: "public",
  consumes: "bytes",
  bodyLimit: LIMIT,
  response: z.object({ size: z.number() }),
} as const;
const api = {
  "POST /files": { ...upload, summary: "Measure" },
  "POST /slow": { ...upload, summary: "Measure, slowly" },
  "POST /refuses": { ...upload, summary: "Refuse in the middle" },
  "POST /ignores": { ...upload, summary: "Not read" },
  "POST /closed": { ...upload, summary: "Closed", permission: "devices:write" },
} as const satisfies Api;

const tls = makeTlsFiles();
let app: HttpApp;
let port: number;
let secure: HttpApp;
let securePort: number;
/** Emits `end` with how the reading of a body ended. */
const readings = new EventEmitter();

beforeAll(async () => {
  app = await createApp();
  port = await app.listen({ host: "127.0.0.1", port: 0 });
  secure = await createApp(tls);
  securePort = await secure.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => Promise.all([app.close(), secure.close()]));

async function createApp(credentials?: typeof tls): Promise<HttpApp> {
  const made = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async () => undefined,
    limits: { headersMs: 60_000, bodyMs: 300, silenceMs: 60_000 },
    ...(credentials === undefined ? {} : { tls: credentials }),
  });
  made.route(api, "POST /files", async ({ body }) => ({ size: await measure(body) }));
  made.route(api, "POST /slow", async ({ body }) => ({ size: await measure(body, 20) }));
  made.route(api, "POST /refuses", async ({ body }) => {
    for await (const chunk of body) throw new AppError("Conflict", `No more than ${chunk.length}.`);
    return { size: 0 };
  });
  made.route(api, "POST /ignores", async () => ({ size: -1 }));
  made.route(api, "POST /closed", async () => ({ size: -1 }));
  return made;
}

async function measure(body: AsyncIterable<Uint8Array>, pauseMs = 0): Promise<number> {
  let size = 0;
  let end = "broken off";
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (pauseMs > 0) await sleep(pauseMs);
    }
    end = "whole";
    return size;
  } finally {
    readings.emit("end", end);
  }
}

async function post(path: string, body: NonNullable<RequestInit["body"]>, type?: string) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    body,
    ...(type === undefined ? {} : { headers: { "content-type": type } }),
    duplex: "half",
  } as RequestInit);
  return [answer.status, await answer.json()];
}

/** A body of unannounced length. */
async function* zeros(size: number) {
  const chunk = new Uint8Array(64_000);
  for (let sent = 0; sent < size; sent += chunk.length) yield chunk.subarray(0, size - sent);
}

test("the handler gets every byte, whatever the type and however it is sent", async () => {
  expect(await post("/files", "{not json", "application/json")).toEqual([200, { size: 9 }]);
  expect(await post("/files", "a,b", "text/csv")).toEqual([200, { size: 3 }]);
  expect(await post("/files", new Uint8Array(5))).toEqual([200, { size: 5 }]);
  const unannounced = zeros(3_000_000) as unknown as NonNullable<RequestInit["body"]>;
  expect(await post("/files", unannounced)).toEqual([200, { size: 3_000_000 }]);
  expect(await post("/files", "")).toEqual([200, { size: 0 }]);
});

test("a handler that takes longer than a client may is waited for", async () => {
  expect(await post("/slow", new Uint8Array(4_000_000))).toEqual([200, { size: 4_000_000 }]);
});

describe("what is too long is refused, and the refusal arrives", () => {
  test("before it is read, when it says so", async () => {
    let reads = 0;
    readings.once("end", () => {
      reads += 1;
    });
    const refusal = [413, { error: { code: "PayloadTooLarge" } }];
    expect(await post("/files", new Uint8Array(LIMIT + 1))).toMatchObject(refusal);
    expect(reads).toBe(0);
    readings.removeAllListeners();
  });

  test("where it passes the limit, when it does not", async () => {
    const body = zeros(LIMIT * 2) as unknown as NonNullable<RequestInit["body"]>;
    const ended = once(readings, "end");
    expect(await post("/files", body)).toMatchObject([413, { error: { code: "PayloadTooLarge" } }]);
    expect(await ended).toEqual(["broken off"]);
  });
});

test.each([
  ["/refuses", 409],
  ["/ignores", 200],
  ["/closed", 401],
])("%s answers before the body has come, and the client hears it", async (path, status) => {
  expect((await post(path, new Uint8Array(LIMIT)))[0]).toBe(status);
});

describe("half a body is not taken for a whole one", () => {
  const head = "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf";

  test("from a client that leaves, over HTTP/1.1", async () => {
    expect(
      await endAfter(() => {
        const socket = connectTcp(port, "127.0.0.1");
        socket.write(head, () => socket.destroy());
      }),
    ).toBe("broken off");
  });

  test("from a client that stops, over HTTP/1.1", async () => {
    const socket = connectTcp(port, "127.0.0.1");
    expect(await endAfter(() => socket.write(head))).toBe("broken off");
    await closed(socket);
  });

  test("from a client that leaves, over HTTP/2", async () => {
    expect(
      await endAfter(() => {
        const stream = postHttp2("/files");
        stream.write("half", () => stream.session?.destroy());
      }),
    ).toBe("broken off");
  });

  test("from a client that cancels or stops, over HTTP/2", async () => {
    const cancelled = postHttp2("/files");
    expect(await endAfter(() => cancelled.write("half", () => cancelled.destroy()))).toBe(
      "broken off",
    );
    const stopped = postHttp2("/files");
    expect(await endAfter(() => stopped.write("half"))).toBe("broken off");
    cancelled.session?.destroy();
    stopped.session?.destroy();
  });
});

test("the rest of a refused body is not waited for: the connection ends", async () => {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write("POST /closed HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toContain(" 401 ");
  await closed(socket);
});

test("HTTP/2 brings a whole body", async () => {
  expect(await endAfter(() => postHttp2("/files").end(Buffer.alloc(100_000)))).toBe("whole");
});

test("OpenAPI shows a file", async () => {
  expect(await app.openapi()).toMatchObject({
    paths: {
      "/files": {
        post: {
          requestBody: {
            content: {
              "application/octet-stream": { schema: { type: "string", format: "binary" } },
            },
          },
        },
      },
    },
  });
});

async function closed(socket: ReturnType<typeof connectTcp>): Promise<void> {
  socket.on("error", () => undefined).resume();
  if (!socket.closed) await once(socket, "close");
}

function postHttp2(path: string): ClientHttp2Stream {
  const session = connectHttp2(`https://127.0.0.1:${securePort}`, { ca: tls.cert });
  session.on("error", () => undefined);
  const stream = session.request({ ":path": path, ":method": "POST" });
  stream.on("error", () => undefined).on("end", () => session.destroy());
  return stream.resume();
}

/** How the next reading of a body ends. */
async function endAfter(act: () => void): Promise<string> {
  const ended = once(readings, "end");
  act();
  const [how] = await ended;
  return String(how);
}
