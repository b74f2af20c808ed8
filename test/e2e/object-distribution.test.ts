import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Client, createClient } from "@breakwater/client";
import { type Hub, startHub } from "@breakwater/hub";
import { silentLog } from "@breakwater/platform";
import { createPool } from "@breakwater/postgres";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { type DistributionTargetId, type HubApi, TAG } from "@breakwater/protocol";
import { type Sms, startSms } from "@breakwater/sms";
import { apiKeyFor, eventually } from "@breakwater/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

/* The hub's Object distribution against a real SMS over TLS, which it knows by user and password only. */

/** Loopback for the network, but not for the SMS, which therefore serves TLS. */
const TLS_HOST = "::ffff:127.0.0.1";
const USER = { userName: "hub", password: "15 characters!!" };
const SOURCE = "Web API: Our Hub";

let folder: string;
let databases: TestDatabase<unknown>[];
let hub: Hub;
let hubApi: Client<HubApi>;
let sms: Sms;
let smsPort = 0;
let id: DistributionTargetId;
let fingerprint = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-distribution-"));
  databases = [await createTestDatabase(), await createTestDatabase()];
  hub = await startHub(
    {
      dataDir: join(folder, "hub"),
      databaseUrl: urlOf(0),
      web: { port: 0 },
      product: { port: 0 },
      sender: { productName: "Our Hub", applianceHostName: "hub-1.example" },
    },
    { log: silentLog() },
  );
  const authorization = `Bearer ${await apiKeyFor(urlOf(0))}`;
  hubApi = createClient<HubApi>({ baseUrl: hub.urls.web, headers: { authorization } });
  await openSms();
  await addUser();
});
afterAll(async () => {
  await hub?.close();
  await sms?.close();
  for (const database of databases ?? []) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function urlOf(at: 0 | 1): string {
  return databases[at]?.url ?? "";
}

async function openSms(): Promise<void> {
  const dataDir = join(folder, "sms");
  const web = { host: TLS_HOST, port: smsPort };
  const config = { dataDir, databaseUrl: urlOf(1), web, devices: { port: 0 } };
  sms = await startSms(config, { log: silentLog() });
  smsPort = Number(new URL(sms.urls.web).port);
}

/** As an administrator makes a user for one client, with a role that can do nothing else. */
async function addUser(): Promise<void> {
  const key = await apiKeyFor(urlOf(1));
  await callSms(key, "PUT", "/auth/v1/roles/feeder", { permissions: ["web-services"] });
  const user = { name: USER.userName, password: USER.password, role: "feeder" };
  await callSms(key, "POST", "/auth/v1/users", user);
  await query("update account set must_change_password = false");
}

async function callSms(key: string, method: string, path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const options = { host: "127.0.0.1", port: smsPort, method, path, headers };
    request({ ...options, rejectUnauthorized: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on("error", reject)
      .end(JSON.stringify(body));
  });
  expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
}

async function query<Row extends object>(statement: string): Promise<Row[]> {
  const pool = createPool(urlOf(1), { log: silentLog(), name: "e2e", max: 1 });
  try {
    return (await pool.query<Row>(statement)).rows;
  } finally {
    await pool.end();
  }
}

type Stored = { type: string; value: string; severity: string; tags: object; source: string };
const stored = () =>
  query<Stored>(`select e.type, e.value, e.severity, e.tags, s.name as source
    from reputation_entry e join reputation_source s on s.id = any(e.sources) order by e.value`);
const values = async () => (await stored()).map(({ value }) => value);

const server = () => ({ address: "127.0.0.1", port: smsPort, ...USER });
const tls = () => ({ verify: "fingerprint" as const, fingerprint });
const settings = () => ({
  name: "Our SMS",
  enabled: true,
  ...server(),
  tls: tls(),
  types: ["ipv4", "ipv6", "domain", "url", "sha1", "sha256"] as (
    | "ipv4"
    | "ipv6"
    | "domain"
    | "url"
    | "sha1"
    | "sha256"
  )[],
  risk: "high-medium" as "high" | "high-medium" | "all",
  sendTtl: true,
});
const change = (by: Partial<ReturnType<typeof settings>>) =>
  hubApi("PUT /hub/v1/object-distribution/targets/{id}", {
    params: { id },
    body: { ...settings(), ...by },
  });
const target = async () =>
  (await hubApi("GET /hub/v1/object-distribution/targets")).items.find((one) => one.id === id);
const until = (what: string, state: string) =>
  eventually(what, async () => (await target())?.state === state);
const save = (objects: { value: string; riskLevel?: "High" | "Medium" | "Low" }[]) =>
  hubApi("POST /hub/v1/objects", { body: { objects } });
const sent = async () => {
  const { items } = await hubApi("GET /hub/v1/object-distribution/targets/{id}/objects", {
    params: { id },
    query: { limit: 500 },
  });
  return new Map(items.map(({ value, state }) => [value, state]));
};

const SHA1 = "ab".repeat(20);
const SHA256 = "cd".repeat(32);

test("Test Connection shows the certificate to pin, and says what is wrong", async () => {
  const testWith = (body: object) =>
    hubApi("POST /hub/v1/object-distribution/test", { body: { ...server(), tls: tls(), ...body } });
  const first = await testWith({ tls: { verify: "system" } });
  expect(first.ok).toBe(false);
  expect(first.certificate?.fingerprint).toMatch(/^[0-9a-f:]+$/i);
  fingerprint = first.certificate?.fingerprint ?? "";
  expect(await testWith({})).toMatchObject({ ok: true });
  const wrong = await testWith({ password: "wrong" });
  expect(wrong.ok).toBe(false);
  expect(wrong.steps.at(-1)).toMatchObject({ result: "failed" });
  expect(await stored()).toEqual([]);
});

test("objects of all types arrive by risk level, with the mapped tags and their source", async () => {
  await save([
    { value: "192.0.2.7", riskLevel: "High" },
    { value: "2001:db8::7", riskLevel: "High" },
    { value: "evil.example", riskLevel: "Medium" },
    { value: "https://evil.example/a?b=1,2", riskLevel: "High" },
    { value: SHA1, riskLevel: "High" },
    { value: SHA256, riskLevel: "High" },
    { value: "low.example", riskLevel: "Low" },
  ]);
  id = (await hubApi("POST /hub/v1/object-distribution/targets", { body: settings() })).id;
  await until("everything is sent", "in-sync");
  const entries = await stored();
  expect(entries.map(({ type, value }) => `${type} ${value}`).toSorted()).toEqual(
    [
      "ipv4 192.0.2.7",
      "ipv6 2001:db8::7",
      "domain evil.example",
      "url evil.example/a?b=1,2",
      `sha1 ${SHA1}`,
      `sha256 ${SHA256}`,
    ].toSorted(),
  );
  expect(entries.find(({ type }) => type === "domain")).toEqual({
    type: "domain",
    value: "evil.example",
    severity: "Medium",
    source: SOURCE,
    tags: {
      [TAG.publisher]: "Our Hub",
      [TAG.source]: "hub-1.example",
      [TAG.detectionCategory]: "Suspicious Object",
    },
  });
  expect(entries.every(({ source }) => source === SOURCE)).toBe(true);
  expect(Object.fromEntries(await sent())).toMatchObject({ "192.0.2.7": "sent" });
});

test("criteria of types and risk level take objects away and bring them back", async () => {
  await change({ risk: "all", types: ["ipv4", "domain"] });
  const expected = ["192.0.2.7", "evil.example", "low.example"];
  await expect.poll(values, { timeout: 30_000 }).toEqual(expected);
  await change({ risk: "high" });
  const high = ["192.0.2.7", "2001:db8::7", SHA1, SHA256, "evil.example/a?b=1,2"];
  await expect.poll(values, { timeout: 30_000 }).toEqual(high.toSorted());
});

test("a deletion and a change of risk follow, and the list says so", async () => {
  await hubApi("POST /hub/v1/objects/delete", {
    body: { objects: [{ type: "ip", value: "192.0.2.7" }] },
  });
  await save([{ value: "evil.example", riskLevel: "High" }]);
  await eventually("both have followed", async () => {
    const now = await stored();
    const domain = now.find(({ value }) => value === "evil.example");
    return domain?.severity === "High" && now.every(({ value }) => value !== "192.0.2.7");
  });
  await until("everything is settled", "in-sync");
  expect((await sent()).get("192.0.2.7")).toBe("deleted");
});

test("what happens while the SMS is away follows when it is back", async () => {
  await sms.close();
  await save([{ value: "198.51.100.9", riskLevel: "High" }]);
  await hubApi("POST /hub/v1/objects/delete", {
    body: { objects: [{ type: "domain", value: "evil.example" }] },
  });
  await until("the hub notices", "failing");
  expect((await target())?.lastError?.remedy.length).toBeGreaterThan(5);
  await openSms();
  await hubApi("POST /hub/v1/object-distribution/targets/{id}/retry", { params: { id }, body: {} });
  await until("everything is settled", "in-sync");
  const now = await values();
  expect(now).toContain("198.51.100.9");
  expect(now).not.toContain("evil.example");
});
