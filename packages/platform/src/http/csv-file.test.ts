import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { Api } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../log.ts";
import { HttpApp } from "./http-app.ts";

const rows = {
  permission: "public",
  response: z.object({ line: z.number(), value: z.string().nullable() }),
  produces: "csv",
} as const;
const api = {
  "GET /few": { ...rows, summary: "Few" },
  "GET /many": { ...rows, summary: "Many" },
  "GET /refused": { ...rows, summary: "Refused" },
  "GET /broken": { ...rows, summary: "Broken" },
} as const satisfies Api;

const MANY = 2_000_000;
let app: HttpApp;
let port: number;
let made = 0;
let ended: Promise<void>;

beforeAll(async () => {
  app = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async () => undefined,
  });
  const few = ["a.example", 'say "hi", now', "two\nlines", "=1+1", "@cmd", "-2", null];
  app.route(api, "GET /few", async () => ({
    filename: "Rejected: café.csv",
    rows: few.map((value, line) => ({ line, value, secret: "x" })),
  }));
  ended = new Promise((resolve) => {
    app.route(api, "GET /many", async () => ({ filename: "many.csv", rows: many(resolve) }));
  });
  app.route(api, "GET /refused", async () => ({ filename: "r.csv", rows: failing(0) }));
  app.route(api, "GET /broken", async () => ({ filename: "b.csv", rows: failing(20_000) }));
  port = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => app.close());

async function* many(onEnd: () => void) {
  try {
    for (made = 0; made < MANY; made += 1) yield { line: made, value: "198.51.100.7" };
  } finally {
    onEnd();
  }
}

async function* failing(after: number) {
  for (let line = 0; line < after; line += 1) yield { line, value: "x" };
  throw new Error("secret detail");
}

const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

test("rows become lines that spreadsheets read as they are and do not run", async () => {
  const answer = await get("/few");
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe(
    'attachment; filename="Rejected-caf-.csv"',
  );
  expect(await answer.text()).toBe(
    [
      "line,value",
      "0,a.example",
      '1,"say ""hi"", now"',
      '2,"two\nlines"',
      "3,'=1+1",
      "4,'@cmd",
      "5,'-2",
      "6,",
      "",
    ].join("\r\n"),
  );
});

test("a client that reads slowly is waited for, and one that leaves ends the making of rows", async () => {
  const socket = connectTcp(port, "127.0.0.1");
  socket.write("GET /many HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "readable");
  let before = -1;
  while (made !== before) {
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(MANY);
  socket.destroy();
  await ended;
  expect(made).toBeLessThan(MANY);
});

test("a failure before the first line is an ordinary error; a later one breaks the file off", async () => {
  const refused = await get("/refused");
  expect([refused.status, refused.headers.get("content-disposition")]).toEqual([500, null]);
  expect(await refused.text()).not.toContain("secret detail");
  const broken = await get("/broken");
  await expect(broken.text()).rejects.toThrow("terminated");
});

test("HEAD makes no rows, and OpenAPI names the type", async () => {
  expect((await app.fastify.inject({ method: "HEAD", url: "/few" })).statusCode).toBe(404);
  expect(await app.openapi()).toMatchObject({
    paths: { "/few": { get: { responses: { 200: { content: { "text/csv": {} } } } } } },
  });
});
