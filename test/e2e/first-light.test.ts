import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLab, LAB_FILES, type Lab } from "@breakwater/lab";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import type { StoredEvent } from "@breakwater/protocol";
import { eventually, Stack, TestDevice } from "@breakwater/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * The thread everything hangs on: hub → SMS → agent → real Suricata → client in the lab, and the
 * event back to the hub. One stack for the file; each test leaves the list empty.
 */

const [BAD_FILE, GOOD_FILE] = LAB_FILES;
const OBJECTS = "/v3.0/threatintel/suspiciousObjects";

let lab: Lab;
let stack: Stack;
let device: TestDevice;
let folder: string;
let databases: TestDatabase<unknown>[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bw-e2e-"));
  databases = [await createTestDatabase(), await createTestDatabase()];
  lab = await createLab({ name: `e2e-${process.pid}`, dir: join(folder, "lab") });
  const [hub, sms] = databases;
  stack = await Stack.start({
    hubDatabaseUrl: hub?.url ?? "",
    smsDatabaseUrl: sms?.url ?? "",
    dataDir: folder,
  });
  await stack.connect();
  // The lab is a private network: what is in one is held back otherwise.
  const { settings } = await stack.smsApi("GET /api/v1/reputation/safeguards");
  const lists = { ...settings.lists, "private-networks": false };
  await stack.smsApi("PUT /api/v1/reputation/safeguards", { body: { ...settings, lists } });
  const [first] = lab.devices;
  if (first === undefined) throw new Error("the lab has no device");
  device = new TestDevice({
    device: first,
    dataDirectory: join(folder, "agent"),
    token: await stack.deviceToken(),
  });
  await device.start();
  await eventually("the device enforces its profile", async () => {
    const [seen] = (await stack.smsApi("GET /api/v1/devices")).items;
    return seen?.health === "healthy" && seen.set !== null && seen.profile.version !== null;
  });
}, 120_000);

afterAll(async () => {
  await device?.stop("stop");
  await stack?.close();
  await lab?.down();
  for (const database of databases ?? []) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

type PublicObject = Record<string, string | number>;

async function addOnHub(object: PublicObject): Promise<void> {
  const body = [{ ...object, riskLevel: "high", scanAction: "block" }];
  const answer = await stack.public("POST", OBJECTS, body);
  expect([answer.status, await answer.json()]).toEqual([207, [{ status: 201 }]]);
}

async function deleteOnHub(object: PublicObject): Promise<void> {
  const answer = await stack.public("POST", `${OBJECTS}/delete`, [object]);
  expect([answer.status, await answer.json()]).toEqual([207, [{ status: 204 }]]);
}

async function entryOf(value: string) {
  const { items } = await stack.smsApi("GET /api/v1/reputation/entries", { query: { q: value } });
  return items.find((entry) => entry.value === value);
}

async function inForce(value: string, ms = 10_000): Promise<void> {
  await eventually(
    `${value} is in force on 1 of 1 devices`,
    async () => (await entryOf(value))?.enforcement.state === "in-force",
    ms,
  );
}

async function gone(value: string): Promise<void> {
  await eventually(`${value} is gone`, async () => (await entryOf(value)) === undefined);
}

const web = (address: string, ms = 1500) =>
  lab.request({
    url: `http://${address.includes(":") ? `[${address}]` : address}/`,
    timeoutMs: ms,
  });
const page = (url: string) => lab.request({ url, connectTo: server(0), timeoutMs: 1500 });
const lookUp = (name: string) => lab.resolve({ name, server: server(0) });

function server(index: number): string {
  return lab.devices[0]?.addresses.server.v4[index] ?? "";
}

function server6(index: number): string {
  return lab.devices[0]?.addresses.server.v6[index] ?? "";
}

async function becomes(
  what: string,
  probe: () => Promise<{ result: string }>,
  result: string,
  ms = 10_000,
) {
  await eventually(what, async () => (await probe()).result === result, ms);
}

async function eventWith(match: (event: StoredEvent) => boolean): Promise<StoredEvent> {
  return await eventually("the event is on the SMS", async () =>
    (await stack.smsApi("GET /api/v1/events", { query: { limit: 200 } })).items.find(match),
  );
}

test("an IPv4 address", async () => {
  const [bad, good] = [server(3), server(2)];
  expect((await web(bad)).result).toBe("passed");
  await addOnHub({ ip: bad });
  await inForce(bad);
  expect((await web(bad)).result).toBe("blocked");
  expect((await web(good)).result).toBe("passed");
  await deleteOnHub({ ip: bad });
  await gone(bad);
  await becomes("it passes again", () => web(bad), "passed");
});

test("an IPv6 address", async () => {
  const [bad, good] = [server6(3), server6(2)];
  await addOnHub({ ip: bad });
  await inForce(bad);
  expect((await web(bad)).result).toBe("blocked");
  expect((await web(good)).result).toBe("passed");
  await deleteOnHub({ ip: bad });
  await gone(bad);
  await becomes("it passes again", () => web(bad), "passed");
});

test("a domain, its subdomains, in any case, by DNS, TLS and HTTP", async () => {
  await addOnHub({ domain: "evil.test" });
  await inForce("evil.test");
  for (const name of ["evil.test", "www.evil.test", "EvIl.TeSt", "a.b.c.evil.test"]) {
    expect([name, (await lookUp(name)).result]).toEqual([name, "blocked"]);
  }
  expect((await page("https://www.evil.test/")).result).not.toBe("passed");
  expect((await page("http://EVIL.test/")).result).not.toBe("passed");
  for (const name of ["notevil.test", "evil.test.example", "test"]) {
    expect([name, (await lookUp(name)).result]).toEqual([name, "passed"]);
  }
  expect((await page("https://notevil.test/")).result).toBe("passed");
  await deleteOnHub({ domain: "evil.test" });
  await gone("evil.test");
  await becomes("it passes again", () => lookUp("www.evil.test"), "passed");
});

test("a URL and not its neighbour on the same host", async () => {
  await addOnHub({ url: "http://shop.test/path/bad.html" });
  await inForce("shop.test/path/bad.html");
  expect((await page("http://shop.test/path/bad.html")).result).not.toBe("passed");
  expect((await page("http://SHOP.test/path/bad.html")).result).not.toBe("passed");
  expect((await page("http://shop.test/path/good.html")).result).toBe("passed");
  expect((await page("http://other.test/path/bad.html")).result).toBe("passed");
  await deleteOnHub({ url: "http://shop.test/path/bad.html" });
  await gone("shop.test/path/bad.html");
  await becomes("it passes again", () => page("http://shop.test/path/bad.html"), "passed");
});

test.each([
  ["small", "203.0.113.64/26", "203.0.113.70", "203.0.113.200"],
  ["wide", "10.101.0.0/17", "10.101.5.5", "10.101.200.1"],
])("a %s range added on the SMS", async (_size, range, inside, outside) => {
  const { outcomes } = await stack.smsApi("POST /api/v1/reputation/entries", {
    body: { entries: [{ value: range, severity: "High" }] },
  });
  expect(outcomes[0]?.outcome).toBe("added");
  await becomes("the range is dropped", () => web(inside), "blocked", 60_000);
  expect((await web(outside)).result).toBe("passed");
  await eventWith((event) => event.entry?.value === range);
  const id = (await entryOf(range))?.id;
  if (id === undefined) throw new Error("the entry is not listed");
  await stack.smsApi("DELETE /api/v1/reputation/entries/{id}", { params: { id } });
  await becomes("it passes again", () => web(inside), "passed", 60_000);
});

test("a SHA-256 of a file", async () => {
  const download = ({ path }: { path: string }) => page(`http://files.test${path}`);
  await addOnHub({ fileSha256: BAD_FILE.sha256 });
  await becomes("the download is cut", () => download(BAD_FILE), "blocked", 60_000);
  expect(await download(GOOD_FILE)).toMatchObject({ result: "passed", bytes: 300_000 });
  await eventWith((event) => event.entry?.value === BAD_FILE.sha256);
  await deleteOnHub({ fileSha256: BAD_FILE.sha256 });
  await gone(BAD_FILE.sha256);
  await becomes("it passes again", () => download(BAD_FILE), "passed", 60_000);
});

test("the event is on the SMS, and on the hub with the keys of event sharing", async () => {
  await addOnHub({ domain: "seen.test" });
  await inForce("seen.test");
  await lookUp("www.seen.test");
  const event = await eventWith((seen) => seen.entry?.value === "seen.test");
  expect(event).toMatchObject({
    verdict: "blocked",
    device: { name: "ips-1" },
    kind: "reputation",
  });
  expect(event.sources.join()).toContain("Vision One");
  const found = await eventually("the hub's search finds it", async () => {
    const answer = await stack.public("GET", "/v3.0/search/detections?top=50", undefined, {
      "TMV1-Query": `ruleUuid:"00000001-0001-0001-0001-${String(event.filterNumber).padStart(12, "0")}"`,
    });
    const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
    return items.find((item) => item["rt"] === String(event.time));
  });
  expect(found).toMatchObject({
    dvchost: "ips-1",
    act: "Block + Notify",
    src: event.src,
    dst: event.dst,
    dpt: "53",
    app: "dns",
    aggregatedCount: "1",
    cves: [],
    techniqueId: [],
  });
  expect(found["policyId"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(typeof found["mpname"]).toBe("string");
  expect(typeof found["severity"]).toBe("number");
  await deleteOnHub({ domain: "seen.test" });
  await gone("seen.test");
});

test("with the SMS gone, a restarted agent and a killed engine still enforce; then they catch up", async () => {
  const [kept, added] = [server(4), server(5)];
  await addOnHub({ ip: kept });
  await inForce(kept);
  await stack.stopSms();
  await device.killEngine();
  await becomes("blocked after the engine was killed", () => web(kept), "blocked");
  await becomes("traffic flows again", () => web(server(2)), "passed", 30_000);
  expect((await web(kept)).result).toBe("blocked");
  await device.stop("stop");
  await device.start();
  await becomes("traffic flows after the restart", () => web(server(2)), "passed", 30_000);
  expect((await web(kept)).result).toBe("blocked");
  await addOnHub({ ip: added });
  expect((await web(added)).result).toBe("passed");
  await stack.startSms();
  await inForce(added, 30_000);
  expect((await web(added)).result).toBe("blocked");
  await deleteOnHub({ ip: kept });
  await deleteOnHub({ ip: added });
  await becomes("both pass again", () => web(kept), "passed");
}, 90_000);
