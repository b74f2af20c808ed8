import { connect } from "node:http2";
import https from "node:https";
import type { Api } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../log.ts";
import { HttpApp } from "./http-app.ts";
import { NdjsonStream } from "./ndjson-stream.ts";
import { makeTlsFiles } from "./tls-files.test-helper.ts";

const api = {
  "GET /lines": {
    summary: "Lines",
    permission: "public",
    response: z.object({}),
    produces: "ndjson",
  },
  "POST /echo": {
    summary: "Echo",
    permission: "public",
    body: z.strictObject({ a: z.number() }),
    response: z.object({ a: z.number() }),
  },
} as const satisfies Api;

let app: HttpApp;
let port: number;
let ca: Buffer;
let closed: Promise<void>;

beforeAll(async () => {
  const tls = makeTlsFiles();
  ca = tls.cert;
  app = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async () => undefined,
    tls: { ...tls, minVersion: "TLSv1.3" },
  });
  closed = new Promise((resolve) => {
    app.route(api, "GET /lines", async ({ reply }) => {
      reply.hijack();
      const stream = new NdjsonStream(reply.raw, { onClose: resolve });
      stream.write({ n: 1 });
      setTimeout(() => stream.write({ n: 2 }), 20);
      return reply;
    });
  });
  app.route(api, "POST /echo", async ({ body }) => body);
  app.raw("POST", "/raw", { summary: "Raw", permission: "public" }, (request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on("end", () => response.end(String(size)));
  });
  port = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => app.close());

test("HTTP/2 streams lines as they are written and notices that the reader left", async () => {
  const session = connect(`https://127.0.0.1:${port}`, { ca });
  const stream = session.request({ ":path": "/lines" });
  let text = "";
  await new Promise<void>((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split("\n").length > 2) resolve();
    });
  });
  expect(text).toBe('{"n":1}\n{"n":2}\n');
  session.destroy();
  await closed;
});

function viaHttp1(path: string, body: string, type: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      { port, host: "127.0.0.1", path, method: "POST", ca, headers: { "content-type": type } },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += String(chunk);
        });
        response.on("end", () => resolve(`${response.statusCode} ${text}`));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

test("HTTP/1.1 is served on the same port", async () => {
  expect(await viaHttp1("/echo", '{"a":1}', "application/json")).toBe('200 {"a":1}');
});

test("a raw route gets the bytes unread, whatever their type", async () => {
  expect(await viaHttp1("/raw", "x".repeat(5000), "application/pkcs10")).toBe("200 5000");
});
