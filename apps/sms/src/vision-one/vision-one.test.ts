import { mintToken, parseToken } from "@breakwater/pki";
import { type Connection, type Entry, TAG, type TestStep } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FakeHub } from "../fake-hub.test-helper.ts";
import { detection, SimulatedAgent } from "../simulated-agent.test-helper.ts";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

let hub: FakeHub;
let sms: TestSms;

beforeAll(async () => {
  hub = await FakeHub.start();
  sms = await createTestSms({}, { name: "SMS one" });
});
afterAll(async () => {
  await sms?.close();
  await hub?.stop();
});

const connection = () => sms.call<Connection>("GET", "/api/v1/vision-one");
const connect = (token: string) => sms.fetch("POST", "/api/v1/vision-one/connect", { token });
/** Well-formed, for this hub's CA, and never created there. */
function unknownToken(url = hub.url, kind: "sms" | "device" = "sms"): string {
  const real = parseToken(hub.createToken());
  if (!real.ok) throw new Error(real.error.code);
  return mintToken({ ...real.value, url, kind }).token;
}
const until = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 15_000, interval: 25 });

async function entries(query = ""): Promise<Entry[]> {
  const path = `/api/v1/reputation/entries?limit=500${query}`;
  return (await sms.call<{ items: Entry[] }>("GET", path)).items;
}

async function values(query = ""): Promise<string[]> {
  return (await entries(query)).map((entry) => entry.value).toSorted();
}

const inSync = () =>
  until(async () => {
    const { state, streams } = await connection();
    expect(state).toBe("connected");
    expect(streams.map((stream) => stream.state)).toEqual(["in-sync", "in-sync"]);
  });

test("nothing works, and says so, before there is a connection", async () => {
  expect(await connection()).toMatchObject({
    state: "not-connected",
    onboarded: false,
    streams: [{ state: "disabled" }, { state: "disabled" }],
  });
  const { settings } = await connection();
  expect((await sms.fetch("PUT", "/api/v1/vision-one/settings", settings)).status).toBe(409);
  const test = await sms.call<{ ok: boolean; steps: TestStep[] }>(
    "POST",
    "/api/v1/vision-one/test",
  );
  expect(test).toMatchObject({ ok: false, steps: [{ step: "Enrolment", result: "failed" }] });
});

test.each([
  ["no token at all", () => "hello", 400, "not an enrollment token"],
  ["a damaged one", () => `${hub.createToken().slice(0, -3)}AAA`, 400, "checksum"],
  ["an expired one", () => hub.createToken(-1), 422, "expired"],
  ["one that its hub does not know", () => unknownToken(), 422, "not known"],
  ["one whose hub cannot be reached", () => unknownToken("https://127.0.0.1:9"), 502, "reached"],
  ["a device's", () => unknownToken(undefined, "device"), 400, "something else"],
])("%s is refused with a remedy, and nothing changes", async (_, token, status, words) => {
  const answer = await connect(token());
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).toContain(words);
  expect(JSON.stringify(answer.body)).toContain("remedy");
  expect((await connection()).state).toBe("not-connected");
});

test("a token connects, and the whole list arrives with its tags", async () => {
  hub.set(
    { value: "192.0.2.1" },
    { type: "domain", value: "bad.example", riskLevel: "Medium", source: "VASO" },
    { type: "url", value: "http://bad.example/x?y", scanAction: "log" },
    { type: "fileSha256", value: "A".repeat(64) },
    { value: "2001:db8::1", expires: new Date(Date.now() + 3_600_000).toISOString() },
    { type: "domain", value: "not a domain" },
  );
  const token = hub.createToken();
  expect((await connect(token)).status).toBe(200);
  await inSync();
  expect(await values()).toEqual([
    "192.0.2.1",
    "2001:db8::1",
    "a".repeat(64),
    "bad.example",
    "bad.example/x?y",
  ]);
  const [one] = await entries("&q=192.0.2.1");
  expect(one?.sources).toEqual([`Trend Vision One (${new URL(hub.url).host})`]);
  expect(one?.tags).toEqual({
    [TAG.detectionCategory]: "Suspicious Object",
    [TAG.publisher]: "Trend Vision One Threat Intelligence",
    [TAG.source]: "Trend Vision One Threat Intelligence",
    [TAG.objectSource]: "UDSO",
    [TAG.severity]: "High",
    [TAG.scanAction]: "block",
    [TAG.ttl]: one?.expires,
  });
  const years = (Date.parse(one?.expires ?? "") - Date.now()) / (365.25 * 86_400_000);
  expect(years).toBeGreaterThan(9.99);
  expect(years).toBeLessThan(10.01);
  expect((await connection()).objects).toEqual({
    total: 5,
    byType: { ipv4: 1, ipv6: 1, sha256: 1, domain: 1, url: 1 },
  });
  const again = await connect(token);
  expect(again.status).toBe(200);
  await inSync();
});

test("changes and deletions arrive by push, and the hub hears which revision is here", async () => {
  hub.set({ value: "192.0.2.2" }, { type: "domain", value: "bad.example", riskLevel: "High" });
  await until(async () => expect(await values()).toContain("192.0.2.2"));
  expect((await entries("&q=type%3Adomain%20bad.example"))[0]?.severity).toBe("High");
  hub.delete("ip", "192.0.2.2");
  await until(async () => expect(await values()).not.toContain("192.0.2.2"));
  await until(() => {
    const last = hub.statuses.at(-1);
    expect(last?.synced?.revision).toBe(hub.position().revision);
    expect(last).toMatchObject({ name: "SMS one", streams: [{ state: "in-sync" }, {}] });
  });
});

test("what is missed while the hub is away is caught up by itself", async () => {
  const port = Number(new URL(hub.url).port);
  await hub.stop();
  await until(async () => expect((await connection()).state).toBe("connecting"));
  hub.set({ value: "192.0.2.3" });
  hub.delete("ip", "192.0.2.1");
  await hub.listen(port);
  await inSync();
  expect(await values("&q=type%3Aipv4")).toEqual(["192.0.2.3"]);
});

test("a new epoch, or a wrong checksum, leads to a full reconcile", async () => {
  hub.restore();
  await inSync();
  await until(() => expect(hub.statuses.at(-1)?.synced?.epoch).toBe(hub.position().epoch));
  hub.forget("ip", "192.0.2.3");
  hub.set({ value: "192.0.2.4" });
  await until(async () => expect(await values("&q=type%3Aipv4")).toEqual(["192.0.2.4"]));
  await inSync();
});

test("a full fetch that fails half-way deletes nothing", async () => {
  const before = await values();
  hub.failures.set("/product/v1/objects", 2);
  hub.restore();
  await until(() => expect(hub.failures.get("/product/v1/objects")).toBe(0));
  expect(await values()).toEqual(before);
  await inSync();
  expect(await values()).toEqual(before);
});

test("events are shared once each, in order, with the keys the hub wants", async () => {
  const agent = await SimulatedAgent.enroll(await sms.createToken());
  await agent.report({ name: "ips-7" });
  hub.lostAnswers = 1;
  const record = (seq: number) => ({
    seq,
    record: detection({ filterNumber: 42, spt: 1000 + seq, request: "/x", clientIp: "10.0.0.1" }),
  });
  const body = { epoch: "00000000000000aa", records: [0, 1, 2].map(record) };
  await agent.request("POST", "/agent/v1/events", body);
  await until(() => expect(hub.detections).toHaveLength(3));
  await agent.request("POST", "/agent/v1/events", { ...body, records: [record(3)] });
  await until(() => expect(hub.detections).toHaveLength(4));
  expect(hub.detections.map((one) => one.spt)).toEqual(["1000", "1001", "1002", "1003"]);
  expect(hub.detections[0]).toMatchObject({
    rt: expect.stringMatching(/^\d{13}$/) as unknown,
    dvchost: "ips-7",
    ruleUuid: "00000001-0001-0001-0001-000000000042",
    act: "Block + Notify",
    endpointIp: "10.0.0.1",
    mpname: "SMS one",
    request: "/x",
    aggregatedCount: "1",
    dpt: "80",
  });
  await agent.close();
});

test("options switch streams off and on; a restart keeps everything", async () => {
  const { settings } = await connection();
  const off = {
    ...settings,
    suspiciousObjectSync: { enabled: false, downloadIntervalSeconds: 30 },
    eventAndFilterStatusSharing: false,
  };
  await sms.call("PUT", "/api/v1/vision-one/settings", off);
  expect((await connection()).streams.map((one) => one.state)).toEqual(["disabled", "disabled"]);
  hub.set({ value: "192.0.2.5" });
  await sms.restart();
  await until(async () => expect((await connection()).state).toBe("connected"));
  expect((await connection()).settings).toEqual(off);
  expect(await values()).not.toContain("192.0.2.5");
  await sms.call("PUT", "/api/v1/vision-one/settings", settings);
  await inSync();
  expect(await values()).toContain("192.0.2.5");
});

test("the connectivity test goes through every layer and names the one that fails", async () => {
  const run = () => sms.call<{ ok: boolean; steps: TestStep[] }>("POST", "/api/v1/vision-one/test");
  const good = await run();
  expect(good.steps.map((step) => [step.step, step.result])).toEqual([
    ["Name resolution", "ok"],
    ["TCP connection", "ok"],
    ["TLS and CA", "ok"],
    ["Credentials", "ok"],
    ["Clocks", "ok"],
    ["Suspicious objects", "ok"],
  ]);
  const port = Number(new URL(hub.url).port);
  await hub.stop();
  const bad = await run();
  expect(bad.ok).toBe(false);
  expect(bad.steps.map((step) => step.result)).toEqual([
    "ok",
    "failed",
    ...Array.from({ length: 4 }, () => "skipped"),
  ]);
  expect(bad.steps[1]?.remedy).toContain(`port ${port}`);
  await hub.listen(port);
  await inSync();
});

test("disconnected by the hub: out of sync, entries stay, a new token brings it back", async () => {
  const before = await values();
  hub.revokeAll();
  await until(async () => expect((await connection()).state).toBe("refused"));
  expect(await connection()).toMatchObject({
    onboarded: false,
    streams: [{ state: "out-of-sync" }, { state: "out-of-sync" }],
  });
  expect((await connection()).summary).toContain("new enrollment token");
  await sms.restart();
  expect((await connection()).state).toBe("refused");
  expect(await values()).toEqual(before);
  expect((await connect(hub.createToken())).status).toBe(200);
  await inSync();
});

test("disconnected here: the hub is told, entries and settings stay", async () => {
  const before = await values();
  const settings = { ...(await connection()).settings, tlsTelemetry: false };
  await sms.call("PUT", "/api/v1/vision-one/settings", settings);
  const answer = await sms.call<Connection>("POST", "/api/v1/vision-one/disconnect");
  expect(answer).toMatchObject({ state: "disconnected", onboarded: false, certificate: null });
  expect(hub.disconnected).toBe(1);
  expect(await values()).toEqual(before);
  await sms.restart();
  expect((await connection()).state).toBe("disconnected");
  await connect(hub.createToken());
  await inSync();
  expect((await connection()).settings.tlsTelemetry).toBe(false);
  expect(await values()).toEqual(before);
});

test("another hub: entries of the first stay under its name", async () => {
  const second = await FakeHub.start();
  second.set({ value: "203.0.113.77" });
  const before = await values();
  expect((await connect(second.createToken())).status).toBe(200);
  await inSync();
  expect(await values()).toEqual([...before, "203.0.113.77"].toSorted());
  const [theirs] = await entries("&q=203.0.113.77");
  expect(theirs?.sources).toEqual([`Trend Vision One (${new URL(second.url).host})`]);
  await sms.call("POST", "/api/v1/vision-one/disconnect");
  await second.stop();
});
