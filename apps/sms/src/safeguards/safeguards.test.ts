import {
  DEFAULT_SAFEGUARD_SETTINGS,
  type EntryDetail,
  type HeldEntry,
  type Job,
  type Safeguards,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { SimulatedAgent } from "../simulated-agent.test-helper.ts";
import { createTestSms, type TestSms } from "../test-sms.test-helper.ts";

let sms: TestSms;
let agent: SimulatedAgent;

beforeAll(async () => {
  sms = await createTestSms();
  agent = await SimulatedAgent.enroll(await sms.createToken());
  const lines = agent.stream();
  await lines.next("hello");
  lines.close();
});
afterAll(async () => {
  await agent?.close();
  await sms?.close();
});

type Outcome = { value: string; outcome: string; id: string; reason?: string; remedy?: string };

async function add(...values: string[]): Promise<Outcome[]> {
  const entries = values.map((value) => ({ value }));
  const path = "/api/v1/reputation/entries";
  return (await sms.call<{ outcomes: Outcome[] }>("POST", path, { entries })).outcomes;
}

async function held(query = ""): Promise<HeldEntry[]> {
  return (await sms.call<{ items: HeldEntry[] }>("GET", `/api/v1/reputation/held${query}`)).items;
}

async function membersOfSet(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count from reputation_set where ready`.execute(sms.database.db);
  return rows[0]?.count ?? 0;
}

async function reviewed(safeguards: Safeguards): Promise<void> {
  await vi.waitFor(
    async () => {
      const job = await sms.call<Job>("GET", `/api/v1/jobs/${safeguards.review}`);
      expect(job.state).toBe("succeeded");
    },
    { timeout: 20_000, interval: 50 },
  );
}

test("what would do harm is stored, explained and held back; a release lets it through, for good", async () => {
  const before = await membersOfSet();
  const outcomes = await add("8.8.8.8", "10.1.2.3", "co.uk", "0.0.0.0/1", "203.0.113.77");
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["held", "held", "held", "held", "added"]);
  for (const { outcome, reason, remedy } of outcomes) {
    if (outcome !== "held") continue;
    expect(reason).not.toBe("");
    expect(remedy).not.toBe("");
  }
  expect(await membersOfSet()).toBe(before + 1);
  expect((await held()).map(({ value }) => value).toSorted()).toEqual([
    "0.0.0.0/1",
    "10.1.2.3",
    "8.8.8.8",
    "co.uk",
  ]);
  const [resolver] = outcomes;
  const detail = () => sms.call<EntryDetail>("GET", `/api/v1/reputation/entries/${resolver?.id}`);
  expect(await detail()).toMatchObject({ enforcement: { state: "held" } });
  expect((await detail()).wouldChange.some(({ change }) => change === "It is released")).toBe(true);

  const once = { id: resolver?.id, source: "Local" };
  const choice = { entries: [once, once, { ...once, source: "Somebody" }] };
  expect(await sms.call("POST", "/api/v1/reputation/held/release", choice)).toEqual({ done: 1 });
  expect(await sms.call("POST", "/api/v1/reputation/held/release", choice)).toEqual({ done: 0 });
  expect(await membersOfSet()).toBe(before + 2);
  expect((await detail()).assertions[0]?.released?.by).toBe("test");
  // The source says it again: it stays released.
  const again = { entries: [{ value: "8.8.8.8", severity: "High" }] };
  await sms.call("POST", "/api/v1/reputation/entries", again);
  expect((await detail()).held).toBeNull();
});

test("discarding withdraws what is held, and nothing else", async () => {
  const [one] = await add("192.168.1.1");
  const choice = { entries: [{ id: one?.id, source: "Local" }] };
  expect(await sms.call("POST", "/api/v1/reputation/held/discard", choice)).toEqual({ done: 1 });
  expect(await held("?q=192.168.1.1")).toEqual([]);
  const [free] = await add("203.0.113.78");
  const other = { entries: [{ id: free?.id, source: "Local" }] };
  expect(await sms.call("POST", "/api/v1/reputation/held/discard", other)).toEqual({ done: 0 });
});

test("changed settings are put to what is stored, in both directions", async () => {
  const [own] = await add("198.51.100.9", "172.16.0.5");
  const settings = {
    ...DEFAULT_SAFEGUARD_SETTINGS,
    lists: { ...DEFAULT_SAFEGUARD_SETTINGS.lists, "private-networks": false },
    own: [{ value: "198.51.100.0/24", note: "office" }],
  };
  const changed = await sms.call<Safeguards>("PUT", "/api/v1/reputation/safeguards", settings);
  await reviewed(changed);
  const now = (await held()).map(({ value, code }) => [value, code]);
  expect(now).toContainEqual(["198.51.100.9", "own"]);
  expect(now.some(([value]) => value === "172.16.0.5")).toBe(false);
  const detail = await sms.call<EntryDetail>("GET", `/api/v1/reputation/entries/${own?.id}`);
  expect(detail.held).toContain("office");
  await reviewed(
    await sms.call("PUT", "/api/v1/reputation/safeguards", DEFAULT_SAFEGUARD_SETTINGS),
  );
  const back = (await held()).map(({ value }) => value);
  expect(back).toContain("172.16.0.5");
  expect(back).not.toContain("198.51.100.9");
});

test("settings of an older version have the defaults of what it did not know", async () => {
  const { db } = sms.database;
  await sms.call("PUT", "/api/v1/reputation/safeguards", DEFAULT_SAFEGUARD_SETTINGS);
  await sql`update safeguard_settings
    set settings = (settings - 'size') #- '{lists,wide-ranges}'`.execute(db);
  const { settings } = await sms.call<Safeguards>("GET", "/api/v1/reputation/safeguards");
  expect(settings).toEqual(DEFAULT_SAFEGUARD_SETTINGS);
});

test("settings that are no networks or names are refused by place", async () => {
  const settings = {
    ...DEFAULT_SAFEGUARD_SETTINGS,
    own: [{ value: "198.51.100.0/24" }, { value: "no network" }],
  };
  const answer = await sms.fetch("PUT", "/api/v1/reputation/safeguards", settings);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain("own.1.value");
});
