import {
  type Device,
  type Distribution,
  type EntryDetail,
  SetId,
  type SetPosition,
  type StoredEvent,
} from "@breakwater/protocol";
import { applyDelta, loadSnapshot, ReputationIndex } from "@breakwater/reputation-set";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detection, SimulatedAgent } from "./simulated-agent.test-helper.ts";
import { createTestSms, type TestSms } from "./test-sms.test-helper.ts";

let sms: TestSms;
const agents: SimulatedAgent[] = [];

beforeAll(async () => {
  sms = await createTestSms();
});
afterAll(async () => {
  for (const agent of agents) await agent.close();
  await sms.close();
});

async function enroll(): Promise<SimulatedAgent> {
  const agent = await SimulatedAgent.enroll(await sms.createToken());
  agents.push(agent);
  return agent;
}

type Outcomes = { outcomes: { value: string; outcome: string; id: string; reason?: string }[] };

const add = (...values: string[]) =>
  sms.call<Outcomes>("POST", "/api/v1/reputation/entries", {
    entries: values.map((value) => ({ value, severity: "High" })),
  });

test("a device enrols, gets the Default profile, and every change at once", async () => {
  await add("192.0.2.66", "bad.example");
  const agent = await enroll();
  const lines = agent.stream();
  const hello = await lines.next("hello");
  if (hello.bundle === null || hello.position === null) throw new Error("nothing to enforce");
  expect(hello.device).toBe(agent.id);
  expect(hello.position.count).toBe(2);

  const bundle = await agent.bundle(hello.bundle);
  expect(bundle).toMatchObject({ profileName: "Default", set: hello.position.set });
  expect(bundle.filters.map((filter) => filter.actionSet.name)).toEqual([
    "Block + Notify",
    "Block + Notify",
  ]);

  const index = new ReputationIndex();
  let position: SetPosition | undefined;
  for (const encoding of ["identity", "gzip", "br"]) {
    const bytes = await agent.snapshot(bundle.set, encoding);
    const loaded = await loadSnapshot([bytes], { maxMembers: 1000 });
    position = loaded.position;
    expect(loaded.position).toEqual(hello.position);
  }
  const loaded = await loadSnapshot([await agent.snapshot(bundle.set)], { maxMembers: 1000 });
  for (const member of loaded.index.members()) index.put(member.type, member.value, member.filter);
  if (position === undefined) throw new Error("no snapshot");
  expect(index.get("ipv4", "192.0.2.66")).toBe(2);

  const { outcomes } = await add("http://Evil.example/a?b", "2001:db8::1");
  const { delta } = await lines.next("delta");
  const applied = applyDelta(index, position, delta);
  if (!applied.ok) throw new Error(applied.error);
  position = applied.value;
  expect(index.get("url", "evil.example/a?b")).toBe(2);

  const entry = outcomes[0]?.id ?? "";
  const detail = () => sms.call<EntryDetail>("GET", `/api/v1/reputation/entries/${entry}`);
  expect((await detail()).enforcement).toEqual({
    state: "pending",
    devices: { inForce: 0, total: 1 },
  });
  await agent.report({ position, inForce: position.count, activeBundle: hello.bundle.sha256 });
  expect((await detail()).enforcement).toEqual({
    state: "in-force",
    devices: { inForce: 1, total: 1 },
  });
  expect((await detail()).explanation).toContain('"Entries of this SMS"');

  await sms.call("DELETE", `/api/v1/reputation/entries/${entry}`);
  const gone = (await lines.next("delta")).delta;
  expect(gone.operations).toEqual([["-", "url", "evil.example/a?b"]]);
  const after = applyDelta(index, position, gone);
  expect(after.ok).toBe(true);
  lines.close();

  const missed = await add("198.51.100.9");
  expect(missed.outcomes[0]?.outcome).toBe("added");
  const again = agent.stream({ set: bundle.set, version: gone.to });
  const caughtUp = (await again.next("delta")).delta;
  expect(caughtUp).toMatchObject({ from: gone.to, operations: [["+", "ipv4", "198.51.100.9", 2]] });
  again.close();
});

test("a device may ask what it has missed, of its own sets only", async () => {
  const agent = await enroll();
  const lines = agent.stream();
  const hello = await lines.next("hello");
  if (hello.position === null) throw new Error("nothing to enforce");
  const { set, version } = hello.position;
  expect(await agent.changes(set, version)).toEqual({ position: hello.position, delta: null });
  lines.close();

  await add("198.51.100.77");
  const { position, delta } = await agent.changes(set, version);
  expect(delta).toMatchObject({
    from: version,
    to: position.version,
    operations: [["+", "ipv4", "198.51.100.77", 2]],
  });
  const future = await agent.changes(set, position.version + 1000);
  expect(future).toEqual({ position, delta: null });
  await expect(agent.changes(SetId.parse(crypto.randomUUID()), 1)).rejects.toThrow(/no such set/);
});

test("a version from the future, an unknown set and an empty device get a resync", async () => {
  const agent = await enroll();
  const first = agent.stream();
  const hello = await first.next("hello");
  expect((await first.next("resync")).position).toEqual(hello.position);
  first.close();
  const set = hello.position?.set ?? "";
  const ahead = agent.stream({ set, version: 1_000_000 });
  expect((await ahead.next("resync")).position.set).toBe(set);
  ahead.close();
  const foreign = agent.stream({ set: crypto.randomUUID(), version: 1 });
  expect((await foreign.next("resync")).position.set).toBe(set);
  foreign.close();
});

test("a distribution is followed step by step, and a failure carries the engine's words", async () => {
  const agent = await enroll();
  const lines = agent.stream();
  const hello = await lines.next("hello");
  const profile = await sms.call<{ items: { id: string; version: number }[] }>(
    "GET",
    "/api/v1/profiles",
  );
  const { id, version } = profile.items[0] ?? { id: "", version: 0 };
  await sms.call("PUT", `/api/v1/profiles/${id}/custom-rules`, {
    version,
    rules: 'alert icmp any any -> any any (msg:"ping"; sid:1000001;)',
  });
  const stale = await sms.fetch("PUT", `/api/v1/profiles/${id}/custom-rules`, {
    version,
    rules: "",
  });
  expect(stale.status).toBe(409);
  expect(JSON.stringify(stale.body)).toContain(`version ${version + 1}`);

  const distribution = await sms.call<Distribution>("POST", "/api/v1/distributions", {
    profile: id,
    note: "pings",
  });
  const { offer } = await lines.next("bundle");
  expect(offer.distribution).toBe(distribution.id);
  expect(offer.sha256).not.toBe(hello.bundle?.sha256);
  const progress = async () => {
    const path = `/api/v1/distributions/${distribution.id}`;
    const now = await sms.call<Distribution>("GET", path);
    return now.devices.find((device) => device.device === agent.id);
  };
  expect(await progress()).toMatchObject({
    step: "queued",
    state: "running",
    updated: distribution.created,
  });
  expect((await agent.bundle(offer)).customRules).toContain("ping");
  expect(await progress()).toMatchObject({ step: "sent" });
  const activation = { distribution: distribution.id, failed: false } as const;
  await agent.report({
    activation: { ...activation, step: "tested", failed: true, message: "no such keyword" },
  });
  expect(await progress()).toMatchObject({ state: "failed", message: "no such keyword" });
  await agent.report({ activation: { ...activation, step: "loaded" } });
  expect(await progress()).toMatchObject({ step: "loaded", state: "running", message: null });
  await agent.report({
    activation: { ...activation, step: "verified" },
    activeBundle: offer.sha256,
  });
  expect(await progress()).toMatchObject({ step: "verified", state: "done" });
  const { device } = await sms.call<{ device: Device }>("GET", `/api/v1/devices/${agent.id}`);
  expect(device.profile).toMatchObject({ version: version + 1, desired: version + 1 });
  expect(device.connected).toBe(true);
  lines.close();
});

test("events are stored once, in order, with the sources of their entry", async () => {
  const agent = await enroll();
  await add("203.0.113.5");
  const epoch = "00112233445566aa";
  const record = (seq: number, entry?: string) => ({
    seq,
    record: detection({
      time: 1_700_000_000_000 + seq,
      ...(entry === undefined ? {} : { entry: { type: "ipv4" as const, value: entry } }),
      request: `/journey-${seq}\u0000`,
    }),
  });
  const send = async (records: unknown[]) => {
    const { status, body } = await agent.request("POST", "/agent/v1/events", { epoch, records });
    expect(status).toBe(200);
    return (JSON.parse(body.toString()) as { next: number }).next;
  };
  expect(await send([record(1)])).toBe(0);
  expect(await send([record(0, "203.0.113.5"), record(1)])).toBe(2);
  expect(await send([record(0), record(1), record(2)])).toBe(3);
  expect(await send([record(5)])).toBe(3);
  const lost = { events: 4, reason: "space" };
  const gap = { seq: 6, record: detection({ kind: "gap", verdict: "logged", lost }) };
  expect(await send([gap, record(7)])).toBe(8);

  const found = await sms.call<{ items: StoredEvent[]; total: { value: number } }>(
    "GET",
    `/api/v1/events?device=${agent.id}&q=JOURNEY`,
  );
  expect(found.items.map((event) => event.request?.slice(0, 10))).toEqual(
    [7, 2, 1, 0].map((seq) => `/journey-${seq}`),
  );
  const last = found.items.at(-1);
  expect(last?.sources).toEqual(["Local"]);
  const one = await sms.call<StoredEvent>("GET", `/api/v1/events/${last?.id}`);
  expect(one).toEqual(last);
  expect(one.policyId).not.toBe("");
});

test("a removed device is cut off in the middle of its stream, and stays out", async () => {
  const agent = await enroll();
  const lines = agent.stream();
  await lines.next("hello");
  await sms.call("DELETE", `/api/v1/devices/${agent.id}`);
  await lines.closed;
  const { status, body } = await agent.request("POST", "/agent/v1/state", {}).catch(() => {
    agent.disconnect();
    return agent.request("POST", "/agent/v1/state", {});
  });
  expect(status).toBe(403);
  expect(body.toString()).toContain("CertificateRevoked");
});

test("a renewed certificate works, and the old one until its overlap ends", async () => {
  const agent = await enroll();
  const before = agent.identity.current()?.meta.fingerprint;
  expect(await agent.report()).toBe(200);
  await agent.renew();
  expect(agent.identity.current()?.meta.fingerprint).not.toBe(before);
  expect(await agent.report()).toBe(200);
});

test("a used token, and somebody without a certificate, are refused with a reason", async () => {
  const token = await sms.createToken();
  agents.push(await SimulatedAgent.enroll(token));
  await expect(SimulatedAgent.enroll(token)).rejects.toThrow("already used");
  const { connect } = await import("node:http2");
  const session = connect(sms.sms.urls.devices, { rejectUnauthorized: false });
  const status = await new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/agent/v1/stream?capability=1" });
    stream.on("response", (headers) => resolve(headers[":status"]));
    stream.on("error", reject);
  });
  session.destroy();
  expect(status).toBe(401);
});

test("after a restart the SMS goes on where it was", async () => {
  const agent = await enroll();
  const lines = agent.stream();
  const { position } = await lines.next("hello");
  lines.close();
  await sms.restart();
  agent.disconnect();
  const again = agent.stream({ set: position?.set ?? "", version: position?.version ?? 0 });
  expect((await again.next("hello")).position).toEqual(position);
  await add("192.0.2.200");
  expect((await again.next("delta")).delta.from).toBe(position?.version);
  again.close();
});
