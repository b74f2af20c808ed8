import { STREAM_NAMES } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrolProduct, type SimulatedProduct } from "../simulated-product.test-helper.ts";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";

let hub: TestHub;
let product: SimulatedProduct;

beforeAll(async () => {
  hub = await startTestHub({ limits: { UDSO: 20, VASO: 20 } });
  product = await enrolProduct(await hub.createToken("SMS one"));
});
afterAll(async () => {
  product?.close();
  await hub?.close();
});

const save = (...objects: { value: string; type?: "ip" | "domain" | "url" }[]) =>
  hub.api("POST /hub/v1/objects", { body: { objects } });

test("the type is found from the value; each refusal says why and what to do", async () => {
  const { outcomes } = await save(
    { value: "192.0.2.1" },
    { value: "hxxps://evil[.]example/a" },
    { value: "Evil.Example" },
    { value: "evil.example" },
    { value: "a".repeat(64) },
    { value: "10.0.0.0/8" },
    { value: "???" },
    { value: "evil.example", type: "ip" },
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    "added",
    "added",
    "added",
    "changed",
    "added",
    "rejected",
    "rejected",
    "rejected",
  ]);
  for (const { reason, remedy } of outcomes.slice(5)) {
    expect(reason).toMatch(/\S/);
    expect(remedy).toMatch(/\S/);
  }
});

test("the list: newest first, searched, by type, in pages, with who has it", async () => {
  const all = await hub.api("GET /hub/v1/objects");
  expect(all.total).toEqual({ value: 4, exact: true });
  expect(all.items[0]?.products).toEqual({ synced: 0, total: 1 });
  const found = await hub.api("GET /hub/v1/objects", { query: { q: "EVIL", type: "domain" } });
  expect(found.items.map(({ value }) => value)).toEqual(["evil.example"]);
  const none = await hub.api("GET /hub/v1/objects", { query: { q: "100%_" } });
  expect(none.items).toEqual([]);

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 3, ...(cursor === undefined ? {} : { cursor }) };
    const page = await hub.api("GET /hub/v1/objects", { query });
    seen.push(...page.items.map(({ value }) => value));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(new Set(seen)).toEqual(new Set(all.items.map(({ value }) => value)));
  expect(seen.length).toBe(4);
});

test("a product that reports its revision counts as having what is older", async () => {
  const { position } = await hub.api("GET /hub/v1/objects/changes");
  const status = {
    name: "SMS one",
    version: "1",
    certificateExpires: "2030-01-01T00:00:00Z",
    devices: 2,
    streams: STREAM_NAMES.map((name) => ({
      name,
      state: "in-sync",
      lastSuccess: null,
      lastError: null,
      lagSeconds: null,
      path: "direct",
    })),
    synced: { epoch: position.epoch, revision: position.revision },
  };
  await product.request("POST", "/product/v1/status", status);
  const before = await hub.api("GET /hub/v1/overview");
  expect(before.products).toEqual({ total: 1, connected: 1, inSync: 1 });
  await save({ value: "192.0.2.99" });
  const [newest, ...older] = (await hub.api("GET /hub/v1/objects")).items;
  expect(newest?.products).toEqual({ synced: 0, total: 1 });
  expect(older.every(({ products }) => products.synced === 1)).toBe(true);
  expect((await hub.api("GET /hub/v1/overview")).products.inSync).toBe(0);
});

test("the overview counts by type and warns before a limit is reached", async () => {
  await save(...Array.from({ length: 25 }, (_, i) => ({ value: `host-${i}.example` })));
  const overview = await hub.api("GET /hub/v1/overview");
  expect(overview.objects).toMatchObject({ byType: { domain: 20, ip: 2 }, limitPerType: 20 });
  expect(overview.attention).toMatchObject([{ severity: "warning", path: "/suspicious-objects" }]);
});

test("changes with deletions, in order and in parts", async () => {
  const { position } = await hub.api("GET /hub/v1/objects/changes");
  const since = position.revision;
  await save({ value: "203.0.113.1" }, { value: "203.0.113.2" });
  const objects = [{ type: "ip" as const, value: "203.0.113.1" }];
  expect(await hub.api("POST /hub/v1/objects/delete", { body: { objects } })).toEqual({
    deleted: 1,
  });
  const part = await hub.api("GET /hub/v1/objects/changes", { query: { since, limit: 1 } });
  expect(part.more).toBe(true);
  expect(part.changes).toMatchObject([{ change: "set", object: { value: "203.0.113.2" } }]);
  const rest = await hub.api("GET /hub/v1/objects/changes", { query: { since: since + 2 } });
  expect(rest.changes).toMatchObject([{ change: "deleted", value: "203.0.113.1" }]);
});

test("an operator may look and not touch", async () => {
  const headers = { authorization: `Bearer ${await hub.createKey("operator")}` };
  expect((await hub.public("GET", "/hub/v1/objects", { headers })).status).toBe(200);
  const body = { objects: [{ value: "192.0.2.1" }] };
  expect((await hub.public("POST", "/hub/v1/objects", { headers, body })).status).toBe(403);
  expect((await fetch(new URL("/hub/v1/objects", hub.urls.web))).status).toBe(401);
});
