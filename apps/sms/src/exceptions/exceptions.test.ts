import type { Entry, EntryDetail, ReputationException } from "@breakwater/protocol";
import { checksumOf } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { SimulatedAgent } from "../simulated-agent.test-helper.ts";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

let sms: TestSms;
let agent: SimulatedAgent;
const PATH = "/api/v1/reputation/exceptions";

beforeAll(async () => {
  sms = await createTestSms();
  // The first device has the Default profile distributed, which selects what this SMS's users assert.
  agent = await SimulatedAgent.enroll(await sms.createToken());
  const lines = agent.stream();
  await lines.next("hello");
  lines.close();
});
afterAll(async () => {
  await agent?.close();
  await sms?.close();
});
beforeEach(async () => {
  const { items } = await sms.call<{ items: ReputationException[] }>("GET", `${PATH}?state=active`);
  for (const { id } of items) await sms.call("DELETE", `${PATH}/${id}`);
  const { items: entries } = await sms.call<{ items: Entry[] }>(
    "GET",
    "/api/v1/reputation/entries?limit=500",
  );
  const ids = entries.map(({ id }) => id);
  if (ids.length > 0) await sms.call("POST", "/api/v1/reputation/entries/delete", { ids });
});

async function add(...values: string[]): Promise<string[]> {
  const entries = values.map((value) => ({ value }));
  const { outcomes } = await sms.call<{ outcomes: { id: string; reason?: string }[] }>(
    "POST",
    "/api/v1/reputation/entries",
    { entries },
  );
  return outcomes.map(({ id }) => id);
}

function make(value: string, changes: object = {}): Promise<ReputationException> {
  const body = { value, scope: { kind: "all" }, reason: "ours", expires: null, ...changes };
  return sms.call("POST", PATH, body);
}

/** Members of the one distributed set, proven by its checksum. */
async function expectMembers(values: readonly [type: string, value: string][]): Promise<void> {
  const { rows } = await sql<{ count: number; checksum: string }>`
    select count, checksum from reputation_set where ready`.execute(sms.database.db);
  expect(rows).toHaveLength(1);
  const members = values.map(([type, value]) => ({ type: type as "ipv4", value, filter: 2 }));
  expect(rows[0]).toMatchObject({ count: members.length, checksum: checksumOf(members) });
}

test("an exception takes what it covers from the devices, and gives it back when it ends", async () => {
  const [host] = await add(
    "192.0.2.1",
    "192.0.2.200",
    "198.51.100.1",
    "a.evil.example",
    "evil.example",
  );
  await expectMembers([
    ["ipv4", "192.0.2.1"],
    ["ipv4", "192.0.2.200"],
    ["ipv4", "198.51.100.1"],
    ["domain", "a.evil.example"],
    ["domain", "evil.example"],
  ]);
  const range = await make("192.0.2.0/25");
  expect(range).toMatchObject({ type: "cidr", state: "active", covers: 1, stillCoveredBy: [] });
  const domain = await make("a.evil.example");
  expect(domain.stillCoveredBy.map(({ value }) => value)).toEqual(["evil.example"]);
  await expectMembers([
    ["ipv4", "192.0.2.200"],
    ["ipv4", "198.51.100.1"],
    ["domain", "evil.example"],
  ]);
  const detail = await sms.call<EntryDetail>("GET", `/api/v1/reputation/entries/${host}`);
  expect(detail.enforcement.state).toBe("excepted");
  expect(detail.exceptions.map(({ id }) => id)).toEqual([range.id]);
  expect(detail.explanation).toContain("ours");
  expect(detail.wouldChange.some(({ change }) => change.startsWith("The exception"))).toBe(true);
  await sms.call("DELETE", `${PATH}/${range.id}`);
  await sms.call("DELETE", `${PATH}/${domain.id}`);
  await expectMembers([
    ["ipv4", "192.0.2.1"],
    ["ipv4", "192.0.2.200"],
    ["ipv4", "198.51.100.1"],
    ["domain", "a.evil.example"],
    ["domain", "evil.example"],
  ]);
});

test("it holds for entries that come later, and ends by itself at its time", async () => {
  const expires = new Date(Date.now() + 600).toISOString();
  const made = await make("203.0.113.0/24", { expires });
  await add("203.0.113.5");
  await expectMembers([]);
  await vi.waitFor(() => expectMembers([["ipv4", "203.0.113.5"]]), { timeout: 5000, interval: 50 });
  const ended = await sms.call<ReputationException>("GET", `${PATH}/${made.id}`);
  expect(ended).toMatchObject({ state: "expired", endedBy: "expiry" });
  const { items } = await sms.call<{ items: ReputationException[] }>(
    "GET",
    `${PATH}?state=expired`,
  );
  expect(items.map(({ id }) => id)).toContain(made.id);
});

test("one profile or one filter may be meant, and the scope changes in place", async () => {
  const { items } = await sms.call<{ items: { id: string }[] }>("GET", "/api/v1/profiles");
  const profile = items[0]?.id;
  await add("192.0.2.9");
  const made = await make("192.0.2.9", { scope: { kind: "filter", profile, filter: 1 } });
  // Another filter selects it.
  await expectMembers([["ipv4", "192.0.2.9"]]);
  const body = { scope: { kind: "filter", profile, filter: 2 }, reason: "better", expires: null };
  const changed = await sms.call<ReputationException>("PUT", `${PATH}/${made.id}`, body);
  expect(changed).toMatchObject({ reason: "better", owner: made.owner });
  await expectMembers([]);
  await sms.call("PUT", `${PATH}/${made.id}`, { ...body, scope: { kind: "profile", profile } });
  await expectMembers([]);
});

test.each([
  ["no value at all", { value: "what is this" }, "value"],
  ["an end in the past", { expires: "2020-01-01T00:00:00Z" }, "expires"],
  [
    "a profile that is none",
    { scope: { kind: "profile", profile: crypto.randomUUID() } },
    "profile",
  ],
  ["no reason", { reason: " " }, "reason"],
])("%s is refused by name", async (_, changes, field) => {
  const body = {
    value: "192.0.2.1",
    scope: { kind: "all" },
    reason: "x",
    expires: null,
    ...changes,
  };
  const answer = await sms.fetch("POST", PATH, body);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(field);
});

test("what has ended cannot be changed or ended again", async () => {
  const { id } = await make("192.0.2.1");
  await sms.call("DELETE", `${PATH}/${id}`);
  expect((await sms.fetch("DELETE", `${PATH}/${id}`)).status).toBe(409);
});
