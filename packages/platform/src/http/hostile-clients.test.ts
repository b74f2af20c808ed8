import { EventEmitter, once } from "node:events";
import { type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Api } from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../log.ts";
import { serveConsole } from "./console-files.ts";
import { HttpApp } from "./http-app.ts";
import { NdjsonStream } from "./ndjson-stream.ts";
import { makeTlsFiles } from "./tls-files.test-helper.ts";

const lines = {
  summary: "Lines",
  permission: "public",
  response: z.object({}),
  produces: "ndjson",
} as const;
const api = {
  "GET /late": lines,
  "GET /broken": lines,
  "GET /endless": lines,
  "POST /echo": {
    summary: "Echo",
    permission: "public",
    body: z.strictObject({ a: z.number() }),
    response: z.object({ a: z.number() }),
    bodyLimit: 1000,
  },
} as const satisfies Api;

const tls = makeTlsFiles();
const ca = tls.cert;
let app: HttpApp;
let port: number;
let secure: HttpApp;
let securePort: number;
/** Emits `begun` when the handler of `/late` waits for its client to go, and `ended`. */
const late = new EventEmitter();

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
    limits: { headersMs: 200, bodyMs: 200, silenceMs: 60_000 },
    ...(credentials === undefined ? {} : { tls: credentials }),
  });
  made.route(api, "GET /late", async ({ reply }) => {
    late.emit("begun");
    await once(reply.raw, "close");
    reply.hijack();
    const stream = new NdjsonStream(reply.raw, {
      onClose: () => late.emit("ended", stream.closed),
    });
    expect([stream.closed, stream.write({ n: 1 })]).toEqual([true, false]);
    return reply;
  });
  made.route(api, "GET /broken", async ({ reply }) => {
    reply.hijack();
    new NdjsonStream(reply.raw, { onClose: () => undefined }).write({ n: 1 });
    throw new Error("no");
  });
  made.route(api, "GET /endless", async ({ reply }) => {
    reply.hijack();
    new NdjsonStream(reply.raw, { onClose: () => undefined }).write({ n: 1 });
    return reply;
  });
  made.route(api, "POST /echo", async ({ body }) => body);
  made.raw("GET", "/raw", { summary: "Raw", permission: "public" }, async () => {
    throw new Error("no");
  });
  serveConsole(made, "/nowhere");
  return made;
}

/** What the server sends until it ends the connection. */
async function talk(socket: Socket, text: string): Promise<string> {
  let answer = "";
  socket.on("data", (chunk) => {
    answer += String(chunk);
  });
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return answer;
}

const plainly = (text: string) => talk(connectTcp(port, "127.0.0.1"), text);
const overTls = (text: string) =>
  talk(connectTls({ port: securePort, host: "127.0.0.1", ca, ALPNProtocols: ["http/1.1"] }), text);

/** One HTTP/2 request; what it got until its stream was closed. */
async function overHttp2(
  headers: Record<string, string>,
  act: (stream: ClientHttp2Stream) => void = (stream) => stream.end(),
): Promise<string> {
  const session = connectHttp2(`https://127.0.0.1:${securePort}`, { ca });
  session.on("error", () => undefined);
  const stream = session.request(headers, { endStream: false });
  let answer = "";
  stream.on("data", (chunk) => {
    answer += String(chunk);
  });
  stream.on("error", () => undefined);
  act(stream);
  await new Promise((resolve) => stream.once("close", resolve));
  session.destroy();
  return answer;
}

describe("a client that leaves before its stream begins ends the stream", () => {
  test("over HTTP/1.1", async () => {
    const [begun, ended] = [once(late, "begun"), once(late, "ended")];
    const socket = connectTcp(port, "127.0.0.1");
    socket.write("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
    await begun;
    socket.destroy();
    expect(await ended).toEqual([true]);
  });

  test("over HTTP/2", async () => {
    const [begun, ended] = [once(late, "begun"), once(late, "ended")];
    const session = connectHttp2(`https://127.0.0.1:${securePort}`, { ca });
    session.request({ ":path": "/late" }).on("error", () => undefined);
    await begun;
    session.destroy();
    expect(await ended).toEqual([true]);
  });
});

describe("a handler that fails after it took the answer over does not leave its client waiting", () => {
  test.each(["/broken", "/raw"])("%s", async (path) => {
    const answer = await plainly(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer, "the end of a whole answer").not.toContain("\r\n0\r\n");
    expect(['{"n":1}\n', ""]).toContain(await overHttp2({ ":path": path }));
  });
});

describe("slow clients are cut off", () => {
  test("headers that do not come, over TLS", async () => {
    expect(await overTls("")).toBe("");
    expect(await overTls("GET / HTTP/1.1\r\n")).toBe("");
  });

  test("nothing more after an answer", async () => {
    expect(await overTls("GET /api/none HTTP/1.1\r\nHost: x\r\n\r\n")).toContain(" 404 ");
  });

  const head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  test.each([
    ["over HTTP/1.1", () => plainly(`${head}Content-Length: 7\r\n\r\n{"a"`)],
    ["over TLS", () => overTls(`${head}Content-Length: 7\r\n\r\n{"a"`)],
    ["in chunks", () => overTls(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`)],
  ])("a body that stops, %s", async (_, request) => {
    expect(await request()).toBe("");
  });

  test("a body that stops, over HTTP/2", async () => {
    const headers = { ":path": "/echo", ":method": "POST", "content-type": "application/json" };
    expect(await overHttp2(headers, (stream) => stream.write('{"a"'))).toBe("");
  });
});

test("an address that cannot be decoded is the client's mistake, in the usual shape", async () => {
  for (const path of ["/%zz", "/a%80", "/a#%zz"]) {
    const answer = await plainly(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const { status, body } =
      /^HTTP\/1.1 (?<status>\d+)[^]*?\r\n\r\n(?<body>[^]*)$/.exec(answer)?.groups ?? {};
    if (path.includes("#")) expect(status).toBe("503");
    else expect([status, JSON.parse(body ?? "").error.code]).toEqual(["400", "InvalidRequest"]);
  }
});

test("HEAD opens no stream", async () => {
  const answer = await plainly("HEAD /endless HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(answer).not.toContain("application/x-ndjson");
});

test("close ends connections of every kind", async () => {
  const made = await createApp(tls);
  const at = await made.listen({ host: "127.0.0.1", port: 0 });
  const session = connectHttp2(`https://127.0.0.1:${at}`, { ca });
  session.on("error", () => undefined);
  const stream = session.request({ ":path": "/endless" }).on("error", () => undefined);
  await once(stream, "data");
  const idle = connectTls({ port: at, host: "127.0.0.1", ca });
  await once(idle, "secureConnect");
  await Promise.all([made.close(), once(idle, "close"), once(session, "close")]);
  expect([idle.destroyed, session.destroyed]).toEqual([true, true]);
});
