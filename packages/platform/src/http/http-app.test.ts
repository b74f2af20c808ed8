import { type Api, AppError, NoContent, type Permission } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../log.ts";
import { HttpApp } from "./http-app.ts";

const api = {
  "POST /things/{id}": {
    summary: "A thing",
    permission: "devices:write",
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({ size: z.number() }),
    response: z.object({ id: z.string(), size: z.number() }),
    status: 201,
    bodyLimit: 100,
  },
  "DELETE /things/{id}": {
    summary: "Gone",
    permission: "public",
    params: z.strictObject({ id: z.string() }),
    response: NoContent,
    status: 204,
  },
  "GET /fails": { summary: "Fails", permission: "public", response: z.object({}) },
  "GET /refuses": { summary: "Refuses", permission: "public", response: z.object({}) },
} as const satisfies Api;

let app: HttpApp;

beforeAll(async () => {
  app = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async (request) => {
      const role = request.headers["x-role"];
      if (typeof role !== "string") return undefined;
      const permissions = new Set<Permission>(role === "writer" ? ["devices:write"] : []);
      return { kind: "user", id: "u", name: role, via: "api", permissions };
    },
  });
  app.route(api, "POST /things/{id}", async ({ params, body }) => ({
    id: params.id,
    size: body.size,
  }));
  app.route(api, "DELETE /things/{id}", async () => undefined);
  app.route(api, "GET /fails", async () => {
    throw new Error("secret detail");
  });
  app.route(api, "GET /refuses", async () => {
    throw new AppError("Conflict", "It is in use.");
  });
  await app.fastify.ready();
});
afterAll(() => app.close());

const post = (payload: string, role?: string) =>
  app.fastify.inject({
    method: "POST",
    url: "/things/a",
    payload,
    headers: {
      "content-type": "application/json",
      ...(role === undefined ? {} : { "x-role": role }),
    },
  });

test("a validated request reaches the handler and the status is the declared one", async () => {
  const answer = await post('{"size":3}', "writer");
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ id: "a", size: 3 });
});

test("permission is checked before the body is looked at", async () => {
  expect((await post("not json")).statusCode).toBe(401);
  expect((await post("not json", "reader")).statusCode).toBe(403);
});

test("bad input names the field", async () => {
  const answer = await post('{"size":"big"}', "writer");
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error.details[0].field).toBe("size");
  expect((await post("not json", "writer")).json().error.code).toBe("InvalidRequest");
  expect((await post(`{"size":${"1".repeat(200)}}`, "writer")).json().error.code).toBe(
    "PayloadTooLarge",
  );
});

test("no content has no body", async () => {
  const answer = await app.fastify.inject({ method: "DELETE", url: "/things/a" });
  expect([answer.statusCode, answer.body]).toEqual([204, ""]);
});

test("an unknown failure gives a request id and no detail", async () => {
  const answer = await app.fastify.inject({ method: "GET", url: "/fails" });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("secret detail");
  expect(answer.json().error.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("an expected failure keeps its code and message; an unknown path is a 404 in the same shape", async () => {
  const refused = await app.fastify.inject({ method: "GET", url: "/refuses" });
  expect([refused.statusCode, refused.json().error.message]).toEqual([409, "It is in use."]);
  const missing = await app.fastify.inject({ method: "GET", url: "/nowhere" });
  expect([missing.statusCode, missing.json().error.code]).toEqual([404, "NotFound"]);
});

test("OpenAPI lists the routes", async () => {
  const document = (await app.openapi()) as { paths: Record<string, unknown> };
  expect(Object.keys(document.paths)).toContain("/things/{id}");
});

test.each([
  ["an answer", "DELETE", "/things/a"],
  ["a refusal", "GET", "/refuses"],
  ["a failure", "GET", "/fails"],
  ["an unknown address", "GET", "/nowhere"],
] as const)("%s says how long the server took", async (_, method, url) => {
  const started = performance.now();
  const { headers } = await app.fastify.inject({ method, url });
  const took = performance.now() - started;
  const [, ms] = /^app;dur=(\d+\.\d{3})$/.exec(String(headers["server-timing"])) ?? [];
  expect(Number(ms)).toBeGreaterThan(0);
  expect(Number(ms)).toBeLessThanOrEqual(took);
});
