import { readFileSync, writeFileSync } from "node:fs";
import { agentApi, smsApi } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApps, type TestApps } from "./test-apps.test-helper.ts";

const DOCUMENT = new URL("../../../docs/api/sms.openapi.json", import.meta.url);
let apps: TestApps;

beforeAll(async () => {
  apps = await openTestApps();
});
afterAll(() => apps?.close());

const routes = () => [...apps.web.routes, ...apps.devices.routes];

test("every endpoint of the contract is served, with the permission the contract names", () => {
  const served = new Set(routes().map(({ method, path }) => `${method} ${path}`));
  const tables: Record<string, { permission: string }> = { ...smsApi, ...agentApi };
  for (const key of Object.keys(tables)) expect(served).toContain(key);
  for (const { method, path, permission } of routes()) {
    expect(permission).toBe(tables[`${method} ${path}`]?.permission ?? "public");
  }
});

test("what needs no credentials is known by name", () => {
  const open = routes()
    .filter(({ permission }) => permission === "public")
    .map(({ method, path }) => `${method} ${path}`);
  expect(open.toSorted()).toEqual([
    "GET /.well-known/est/*",
    "GET //repEntries/*",
    "GET /api/v1/openapi.json",
    "GET /repEntries/*",
    "POST /.well-known/est/*",
    "POST //repEntries/*",
    "POST /auth/v1/session",
    "POST /repEntries/*",
  ]);
});

test("a route that names no permission cannot be added", () => {
  for (const { fastify } of [apps.web, apps.devices]) {
    expect(() => fastify.get("/open", async () => "")).toThrow("names no permission");
  }
});

test.each(Object.entries(smsApi).filter(([, one]) => one.permission !== "public"))(
  "%s is closed to strangers",
  async (key) => {
    const [method = "GET", path = "/"] = key.split(" ");
    const url = path.replaceAll(/\{\w+\}/g, "00000000-0000-4000-8000-000000000000");
    const answer = await apps.web.fastify.inject({ method: method as "GET", url });
    expect(answer.statusCode).toBe(401);
  },
);

test("the checked-in OpenAPI document is the one that is served", async () => {
  const text = `${JSON.stringify(await apps.web.openapi(), null, 2)}\n`;
  if (process.env["UPDATE_OPENAPI"] === "1") writeFileSync(DOCUMENT, text);
  // To write it anew: UPDATE_OPENAPI=1 npx vitest run apps/sms/src/contract.test.ts
  expect(JSON.parse(readFileSync(DOCUMENT, "utf8"))).toEqual(JSON.parse(text));
});
