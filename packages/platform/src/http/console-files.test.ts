import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "../log.ts";
import { serveConsole } from "./console-files.ts";
import { HttpApp } from "./http-app.ts";

let app: HttpApp;
const root = mkdtempSync(join(tmpdir(), "bw-console-"));

beforeAll(async () => {
  mkdirSync(join(root, "assets"));
  writeFileSync(join(root, "index.html"), "<!doctype html>");
  writeFileSync(join(root, "assets", "a-1.js"), "1");
  writeFileSync(join(root, "..", "outside.txt"), "kept private");
  app = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async () => undefined,
  });
  serveConsole(app, root);
  await app.fastify.ready();
});
afterAll(() => app.close());

const get = (url: string) => app.fastify.inject({ method: "GET", url });

test("assets are cached for ever, pages never, both under the policy", async () => {
  const asset = await get("/assets/a-1.js");
  expect([asset.statusCode, asset.headers["cache-control"]]).toEqual([
    200,
    "public, max-age=31536000, immutable",
  ]);
  const page = await get("/devices/abc");
  expect([page.body, page.headers["cache-control"]]).toEqual(["<!doctype html>", "no-store"]);
  expect(page.headers["content-security-policy"]).toContain("require-trusted-types-for 'script'");
});

test("nothing outside the folder is served, and API paths are not pages", async () => {
  expect((await get("/..%2foutside.txt")).body).not.toContain("kept private");
  expect((await get("/%2e%2e/outside.txt")).body).not.toContain("kept private");
  expect((await get("/%zz")).statusCode).toBeLessThan(500);
  expect((await get("/api/v1/none")).statusCode).toBe(404);
  expect((await get("/assets/none.js")).statusCode).toBe(404);
});
