import { createClient } from "@breakwater/client";
import type { DistributionTarget, HubApi } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startTestHub, type TestHub } from "../test-hub.test-helper.ts";
import { startWebApiServer, type WebApiServer } from "./web-api-server.test-helper.ts";

const SECRET = "s3cret,p@ss:w0";
const WAIT = { timeout: 25_000, interval: 50 };
let hub: TestHub;
let server: WebApiServer;

beforeAll(async () => {
  hub = await startTestHub({ sender: { productName: "Our Hub", applianceHostName: "hub-1" } });
});
afterAll(() => hub?.close());
beforeEach(async () => {
  server = await startWebApiServer();
});
afterEach(async () => {
  for (const { id } of (await targets()).items) {
    await hub.api("DELETE /hub/v1/object-distribution/targets/{id}", { params: { id } });
  }
  const { items } = await hub.api("GET /hub/v1/objects", { query: { limit: 500 } });
  if (items.length > 0) {
    const objects = items.map(({ type, value }) => ({ type, value }));
    await hub.api("POST /hub/v1/objects/delete", { body: { objects } });
  }
  await server.down().catch(() => undefined);
});

const targets = () => hub.api("GET /hub/v1/object-distribution/targets");
const settings = () => ({
  name: "Other SMS",
  enabled: true,
  address: "127.0.0.1",
  port: server.port,
  tls: { verify: "ca" as const, ca: server.ca },
  userName: "feeder",
  password: SECRET,
  types: ["ipv4" as const, "domain" as const],
  risk: "high-medium" as const,
  sendTtl: true,
});
type Settings = Partial<Omit<ReturnType<typeof settings>, "tls" | "risk" | "types">> &
  Partial<Pick<DistributionTarget, "tls" | "risk" | "types">>;

const create = (change: Settings = {}) =>
  hub.api("POST /hub/v1/object-distribution/targets", { body: { ...settings(), ...change } });
const change = (id: DistributionTarget["id"], by: Settings) => {
  const { password: _, ...rest } = settings();
  return hub.api("PUT /hub/v1/object-distribution/targets/{id}", {
    params: { id },
    body: { ...rest, ...by },
  });
};
const save = (
  ...objects: {
    value: string;
    riskLevel?: "High" | "Medium" | "Low";
    daysToExpiration?: number | null;
  }[]
) => hub.api("POST /hub/v1/objects", { body: { objects } });
const remove = (type: "ip" | "domain", value: string) =>
  hub.api("POST /hub/v1/objects/delete", { body: { objects: [{ type, value }] } });
const sentTo = async (id: DistributionTarget["id"], query = {}) =>
  hub.api("GET /hub/v1/object-distribution/targets/{id}/objects", { params: { id }, query });
const until = (state: DistributionTarget["state"]) =>
  vi.waitFor(async () => {
    const [target] = (await targets()).items;
    expect(target?.state).toBe(state);
    return target as DistributionTarget;
  }, WAIT);
const held = () => [...server.entries.keys()].toSorted();

test("objects arrive with the tags of the mapping, change, and leave", async () => {
  await save(
    { value: "192.0.2.7" },
    { value: "evil.example", riskLevel: "Medium", daysToExpiration: null },
    { value: "low.example", riskLevel: "Low" },
    { value: "https://evil.example/a" },
    { value: "2001:db8::1" },
  );
  const { id } = await create();
  await until("in-sync");
  expect(held()).toEqual(["dns=evil.example", "ip=192.0.2.7"]);
  const [first] = server.requests;
  expect(first?.method).toBe("POST");
  const credentials = Buffer.from(`feeder:${SECRET}`).toString("base64");
  expect(first?.authorization).toBe(`Basic ${credentials}`);
  const tags = server.entries.get("dns=evil.example") ?? "";
  const years = new Date().getUTCFullYear() + 10;
  expect(tags.replace(/\d\d-\d\d \d\d:\d\d:\d\d/, "…")).toBe(
    `Trend Micro Publisher,Our Hub,Trend Micro Source,hub-1,Trend Micro Detection Category,Suspicious Object,Trend Micro Severity,Medium,Reputation Entries TTL,${years}-… UTC`,
  );

  await save({ value: "192.0.2.7", riskLevel: "Low" });
  await save({ value: "evil.example", riskLevel: "High" });
  await vi.waitFor(() => expect(held()).toEqual(["dns=evil.example"]), WAIT);
  await vi.waitFor(
    () => expect(server.entries.get("dns=evil.example")).toContain("Severity,High"),
    WAIT,
  );
  await remove("domain", "evil.example");
  await vi.waitFor(() => expect(held()).toEqual([]), WAIT);
  expect(server.requests.at(-1)?.url).toBe("/repEntries/delete?dns=evil.example&criteria=entry");

  await until("in-sync");
  const deleted = await sentTo(id, { state: "deleted", limit: 1 });
  expect(deleted.items.map(({ value }) => value)).toEqual(["evil.example"]);
  const rest = await sentTo(id, { state: "deleted", limit: 1, cursor: deleted.nextCursor });
  expect(rest.items.map(({ value }) => value)).toEqual(["192.0.2.7"]);
  expect(rest.nextCursor).toBeUndefined();
});

test("new criteria reach back: what meets them now is sent, what does not is deleted", async () => {
  await save(
    { value: "192.0.2.8" },
    { value: "a.example" },
    { value: "b.example", riskLevel: "Low" },
  );
  await save({ value: "https://evil.example/x" }, { value: "a".repeat(40) });
  const { id } = await create();
  await vi.waitFor(() => expect(held()).toEqual(["dns=a.example", "ip=192.0.2.8"]), WAIT);
  await change(id, { types: ["domain", "url", "sha1"], risk: "all" });
  await vi.waitFor(
    () =>
      expect(held()).toEqual([
        "dns=a.example",
        "dns=b.example",
        `sha1=${"a".repeat(40)}`,
        "url=evil.example/x",
      ]),
    WAIT,
  );
  const adds = server.requests.filter(({ url }) => url.includes("add?dns=a.example"));
  expect(adds).toHaveLength(1);
});

test("a target that is down is failing, is tried again, and misses nothing", async () => {
  await create();
  await server.down();
  await save({ value: "down.example" });
  const failing = await until("failing");
  expect(failing.lastError?.remedy).toMatch(/port/);
  expect(failing.nextTry).not.toBeNull();
  await save({ value: "gone.example" });
  await remove("domain", "gone.example");
  await server.up();
  await until("in-sync");
  expect(held()).toEqual(["dns=down.example"]);
  expect((await targets()).items[0]?.lastError).toBeNull();
});

test("a hub that stops in the middle goes on after its restart, without a gap", async () => {
  let answered = 0;
  // One answer is lost, though the server has done what it was asked.
  server.refuse = ({ url }) => {
    answered += 1;
    if (answered !== 20) return undefined;
    const value = new URL(url, "https://x").searchParams.get("ip") ?? "";
    server.entries.set(`ip=${value}`, "");
    return 500;
  };
  const values = Array.from(
    { length: 300 },
    (_, i) => `198.51.${100 + Math.floor(i / 250)}.${i % 250}`,
  );
  await save(...values.map((value) => ({ value })));
  const { id } = await create();
  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(5), WAIT);
  await hub.restart();
  await remove("ip", values[0] ?? "");
  await until("in-sync");
  expect(held()).toEqual(
    values
      .slice(1)
      .map((value) => `ip=${value}`)
      .toSorted(),
  );
  expect((await sentTo(id, { state: "sent" })).total).toEqual({ value: 299, exact: true });
});

test("wrong password: nothing more is sent until it is corrected, and it is shown nowhere", async () => {
  server.refuse = ({ authorization }) =>
    authorization === `Basic ${Buffer.from("feeder:right").toString("base64")}` ? undefined : 401;
  await save({ value: "a.example" }, { value: "b.example" });
  const { id } = await create();
  const failing = await until("failing");
  expect(failing.lastError?.message).toMatch(/password.*401/);
  await change(id, { password: "right" });
  await until("in-sync");
  expect(held()).toEqual(["dns=a.example", "dns=b.example"]);

  const { rows } = await sql`select * from distribution_target`.execute(hub.db);
  for (const text of [rows, await targets()].map((one) => JSON.stringify(one))) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("right");
  }
});

test("an entry that the server refuses holds up nothing; retry sends it", async () => {
  server.refuse = ({ url }) => (url.includes("bad.example") ? 412 : undefined);
  await save({ value: "bad.example" }, { value: "good.example" });
  const { id } = await create();
  const target = await until("in-sync");
  expect(target.objects).toEqual({ sent: 1, waiting: 0, refused: 1 });
  const [refused] = (await sentTo(id, { state: "refused" })).items;
  expect(refused).toMatchObject({ value: "bad.example", attempts: 1, wanted: true });
  expect(refused?.error).toMatch(/412/);
  server.refuse = () => undefined;
  const retry = { params: { id }, body: {} };
  const answer = await hub.api("POST /hub/v1/object-distribution/targets/{id}/retry", retry);
  expect(answer).toEqual({ retried: 1 });
  await vi.waitFor(() => expect(held()).toEqual(["dns=bad.example", "dns=good.example"]), WAIT);
});

test("redirects are not followed and a disabled target is left alone", async () => {
  server.refuse = () => 302;
  await save({ value: "a.example" });
  const { id } = await create();
  const failing = await until("failing");
  expect(failing.lastError?.message).toMatch(/302/);
  await change(id, { enabled: false });
  await until("disabled");
  const before = server.requests.length;
  await save({ value: "b.example" });
  await hub.api("POST /hub/v1/object-distribution/targets/{id}/retry", {
    params: { id },
    body: {},
  });
  server.refuse = () => undefined;
  await change(id, { enabled: true });
  await until("in-sync");
  expect(held()).toEqual(["dns=a.example", "dns=b.example"]);
  expect(before).toBeGreaterThan(0);
});

test("another process stands by: every object is sent once", async () => {
  const second = await hub.second();
  const values = Array.from({ length: 40 }, (_, i) => `n${i}.example`);
  await save(...values.map((value) => ({ value })));
  await create();
  await until("in-sync");
  expect(server.requests).toHaveLength(40);
  await second.close();
});

test("Test Connection says which step fails and what to do; the fingerprint can be pinned", async () => {
  const { address, port, userName, password } = settings();
  const run = (change: object) =>
    hub.api("POST /hub/v1/object-distribution/test", {
      body: { address, port, userName, password, tls: { verify: "system" }, ...change },
    });
  const untrusted = await run({});
  expect(untrusted.ok).toBe(false);
  expect(untrusted.steps.map(({ result }) => result)).toEqual(["ok", "failed", "skipped"]);
  expect(untrusted.steps[1]?.remedy).toMatch(/pin/);
  expect(untrusted.certificate?.fingerprint).toBe(server.fingerprint);
  expect(server.requests).toEqual([]);

  const pinned = { verify: "fingerprint" as const, fingerprint: server.fingerprint };
  expect((await run({ tls: pinned })).ok).toBe(true);
  expect(server.requests.map(({ url }) => url)).toEqual(["/repEntries/query?ip=192.0.2.1"]);
  const other = await run({ tls: { ...pinned, fingerprint: "0".repeat(64) } });
  expect(other.steps[1]?.detail).toMatch(/not the pinned/);
  server.refuse = () => 403;
  const forbidden = await run({ tls: pinned });
  expect(forbidden.steps[2]?.remedy).toMatch(/Access SMS Web Services/);
  await server.down();
  const closed = await run({});
  expect(closed.steps.map(({ result }) => result)).toEqual(["failed", "skipped", "skipped"]);
});

test("a pinned certificate is enough, however it is written, and another one is refused", async () => {
  const shown = (server.fingerprint.match(/../g) ?? []).join(":").toUpperCase();
  await save({ value: "a.example" });
  const { id, tls } = await create({ tls: { verify: "fingerprint", fingerprint: shown } });
  expect(tls).toEqual({ verify: "fingerprint", fingerprint: shown });
  await until("in-sync");
  const other = { verify: "fingerprint" as const, fingerprint: "0".repeat(64) };
  await change(id, { tls: other, password: SECRET });
  await save({ value: "b.example" });
  expect((await until("failing")).lastError?.message).toMatch(/not the pinned/);
  expect(held()).toEqual(["dns=a.example"]);
});

test("the stored password goes to no other server", async () => {
  const { id } = await create();
  const { password: _, ...rest } = settings();
  const { name: _n, enabled: _e, types: _t, risk: _r, sendTtl: _s, ...connection } = rest;
  const test = (body: object) =>
    hub.api("POST /hub/v1/object-distribution/test", { body: { ...connection, id, ...body } });
  expect((await test({})).ok).toBe(true);
  await expect(test({ port: 1 })).rejects.toThrow(/password/);
  await expect(test({ tls: { verify: "system" } })).rejects.toThrow(/password/);
  await expect(change(id, { address: "127.0.0.2" })).rejects.toThrow(/password/);
  await expect(change(id, { userName: "other" })).rejects.toThrow(/password/);
});

test("fields have the limits of the page", async () => {
  for (const wrong of [
    { password: "" },
    { password: "x".repeat(16) },
    { userName: "x".repeat(16) },
    { userName: "a:b" },
    { address: "sms.example" },
    { address: "::1" },
    { address: "169.254.169.254" },
    { address: "224.0.0.1" },
    { types: [] },
  ]) {
    await expect(create(wrong)).rejects.toMatchObject({ status: 400 });
  }
  await create();
  await expect(create()).rejects.toThrow(/name/);
});

test("operators look but do not change; changes are in the audit log", async () => {
  const { id } = await create();
  const headers = { authorization: `Bearer ${await hub.createKey("operator")}` };
  const operator = createClient<HubApi>({ baseUrl: hub.urls.web, headers });
  expect((await operator("GET /hub/v1/object-distribution/targets")).items).toHaveLength(1);
  const params = { id };
  await expect(
    operator("DELETE /hub/v1/object-distribution/targets/{id}", { params }),
  ).rejects.toMatchObject({ status: 403 });
  const key = `Bearer ${hub.key}`;
  const log = await fetch(new URL("/auth/v1/audit", hub.urls.web), {
    headers: { authorization: key },
  });
  const text = await log.text();
  expect(text).toContain("object-distribution.add");
  expect(text).not.toContain(SECRET);
});
