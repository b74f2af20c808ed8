import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { parseToken } from "@breakwater/pki";
import { silentLog } from "@breakwater/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrolProduct } from "./simulated-product.test-helper.ts";
import { startHub } from "./start-hub.ts";
import { startTestHub, type TestHub } from "./test-hub.test-helper.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.close());

test("a change made through one process reaches products on another at once", async () => {
  const second = await hub.second();
  const product = await enrolProduct(await hub.createToken());
  const stream = product.stream();
  await stream.next();
  const answer = await fetch(new URL("/v3.0/threatintel/suspiciousObjects", second.urls.web), {
    method: "POST",
    headers: { authorization: `Bearer ${hub.key}`, "content-type": "application/json" },
    body: JSON.stringify([{ ip: "192.0.2.1" }]),
  });
  expect(answer.status).toBe(207);
  expect(await stream.next()).toMatchObject({ changes: [{ object: { value: "192.0.2.1" } }] });
  await second.disconnect(product.id);
  await stream.ended;
  product.close();
  await second.close();
});

test("after a restart the product's certificate, epoch and revision still count", async () => {
  const product = await enrolProduct(await hub.createToken());
  const before = product.stream();
  const hello = await before.next();
  product.close();
  await hub.restart();
  const after = product.stream();
  const again = await after.next();
  expect(hello.t === "hello" && again.t === "hello" && again.position).toEqual(
    hello.t === "hello" ? hello.position : undefined,
  );
  product.close();
});

test("beyond loopback the web listener speaks TLS with a certificate of the own CA", async () => {
  // Not a loopback address by its spelling, though nobody outside can reach it.
  const outside = await startTestHub({ web: { host: "::ffff:127.0.0.1", port: 0 } });
  try {
    expect(outside.urls.web).toMatch(/^https:/);
    const { port } = new URL(outside.urls.web);
    const issuer = await new Promise((resolve, reject) => {
      const options = { port, host: "127.0.0.1", path: "/", rejectUnauthorized: false };
      https
        .get(options, (answer) => {
          answer.resume();
          resolve((answer.socket as TLSSocket).getPeerCertificate().issuer.CN);
        })
        .on("error", reject);
    });
    expect(issuer).toContain("Breakwater hub");
  } finally {
    await outside.close();
  }
});

test("the console is served below the APIs", async () => {
  const consoleRoot = await mkdtemp(join(tmpdir(), "bw-console-"));
  await mkdir(join(consoleRoot, "assets"));
  await writeFile(join(consoleRoot, "index.html"), "<title>hub</title>");
  const served = await startTestHub({ consoleRoot });
  try {
    const page = await fetch(new URL("/products", served.urls.web));
    expect(await page.text()).toBe("<title>hub</title>");
    expect(page.headers.get("content-security-policy")).toContain("require-trusted-types-for");
    const missing = await fetch(new URL("/v3.0/nothing", served.urls.web));
    expect(await missing.json()).toMatchObject({ error: { code: "NotFound" } });
  } finally {
    await served.close();
  }
});

test("a port in use ends the start with nothing left behind", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const address = squatter.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const dataDir = await mkdtemp(join(tmpdir(), "bw-hub-"));
  const config = { dataDir, databaseUrl: hub.databaseUrl, web: { port }, product: { port: 0 } };
  await expect(startHub(config, { log: silentLog() })).rejects.toThrow(/EADDRINUSE/);
  squatter.close();
});

test("tokens name the product listener and carry this hub's CA", async () => {
  const token = parseToken(await hub.createToken());
  expect(token.ok && token.value.url).toBe(hub.urls.product);
  expect(token.ok && token.value.kind).toBe("sms");
});

test("the first administrator is made once", async () => {
  const fresh = await startTestHub();
  try {
    expect(fresh.firstAdministrator).toMatchObject({ name: "admin" });
    expect((await fresh.second()).firstAdministrator).toBeNull();
  } finally {
    await fresh.close();
  }
});
