import { readFileSync, writeFileSync } from "node:fs";
import { silentLog } from "@breakwater/platform";
import { accountsApi, hubApi, productApi } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApps, type TestApps } from "./test-apps.test-helper.ts";
import { visionOneApi } from "./vision-one/vision-one-api.ts";
import { createWebListener } from "./web-listener.ts";

const DOCUMENT = new URL("../../../docs/api/hub.openapi.json", import.meta.url);
let apps: TestApps;

beforeAll(async () => {
  apps = await openTestApps();
});
afterAll(() => apps?.close());

const keysOf = (routes: readonly { method: string; path: string }[]) =>
  new Set(routes.map(({ method, path }) => `${method} ${path}`));

test("every endpoint of the contract is served, with the permission the contract names", () => {
  const web = keysOf(apps.web.routes);
  for (const key of Object.keys({ ...hubApi, ...accountsApi, ...visionOneApi })) {
    expect(web).toContain(key);
  }
  const product = keysOf(apps.product.routes);
  for (const key of Object.keys(productApi)) expect(product).toContain(key);
  const tables = { ...hubApi, ...visionOneApi, ...productApi } as Record<
    string,
    { permission: string }
  >;
  for (const { method, path, permission } of [...apps.web.routes, ...apps.product.routes]) {
    expect(permission).toBe(tables[`${method} ${path}`]?.permission ?? "public");
  }
});

test("what needs no credentials is known by name", () => {
  const open = [...apps.web.routes, ...apps.product.routes]
    .filter(({ permission }) => permission === "public")
    .map(({ method, path }) => `${method} ${path}`);
  expect(open.toSorted()).toEqual([
    "GET /.well-known/est/*",
    "GET /hub/v1/openapi.json",
    "POST /.well-known/est/*",
    "POST /auth/v1/session",
  ]);
});

test("a route that names no permission cannot be added", async () => {
  const authenticate = async () => undefined;
  const options = { log: silentLog(), version: "1", authenticate, credentials: undefined };
  const app = await createWebListener(options);
  expect(() => app.fastify.get("/open", async () => "")).toThrow(/names no permission/);
});

test("the checked-in OpenAPI document is the one that is served", async () => {
  const text = `${JSON.stringify(await apps.web.openapi(), null, 2)}\n`;
  if (process.env["UPDATE_OPENAPI"] === "1") writeFileSync(DOCUMENT, text);
  // To write it anew: UPDATE_OPENAPI=1 npx vitest run apps/hub/src/contract.test.ts
  expect(JSON.parse(readFileSync(DOCUMENT, "utf8"))).toEqual(JSON.parse(text));
});
