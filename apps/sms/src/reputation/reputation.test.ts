import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SYSTEM_PRINCIPAL, silentLog } from "@breakwater/platform";
import type { Profile, SetId } from "@breakwater/protocol";
import {
  applyOperation,
  checksumOf,
  loadSnapshot,
  ReputationIndex,
  selectFilter,
} from "@breakwater/reputation-set";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { listProfiles } from "../profiles/index.ts";
import { openTestApps, type TestApps } from "../test-apps.test-helper.ts";
import { allEntries } from "./entries/all-entries.test-helper.ts";
import { assertEntries, withdrawEntries } from "./entries/assert-entries.ts";
import { changeEntries } from "./entries/change-entries.ts";
import type { EntryEdit } from "./entries/change-plan.ts";
import { expiryTimer } from "./jobs.ts";
import { ensureSet } from "./sets/create-set.ts";
import { readChanges } from "./sets/read-changes.ts";
import { forgetRemovals } from "./sets/removal-store.ts";
import { oneSet } from "./sets/set-store.ts";
import { writeSnapshot } from "./sets/write-snapshot.ts";

let apps: TestApps;
let set: SetId;
let folder: string;

beforeAll(async () => {
  apps = await openTestApps();
  const [profile] = await listProfiles(apps.context.db);
  set = await ensureSet(apps.context.reputation, definition(profile));
  folder = await mkdtemp(join(tmpdir(), "bw-sets-"));
});
afterAll(async () => {
  await apps?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  const edits = (await allEntries(apps.context.db)).flatMap(({ type, value, assertions }) =>
    assertions.map(({ source }) => ({ type, value, source, assertion: null })),
  );
  await changeEntries(apps.context.reputation, edits);
});

function definition(profile: Profile | undefined) {
  return { filters: profile?.filters ?? [], profile: profile?.id ?? null };
}

/** The set as its snapshot has it. */
async function snapshot() {
  const path = join(folder, "set");
  const position = await writeSnapshot(apps.context.reputation, set, path);
  const { index } = await loadSnapshot(createReadStream(path), { maxMembers: 1000 });
  return { position, members: [...index.members()] };
}

const by = { principal: SYSTEM_PRINCIPAL, source: "test" };
const deps = () => ({ ...apps.context.reputation, audit: apps.context.accounts.audit });
const add = (...entries: Parameters<typeof assertEntries>[1]) => assertEntries(deps(), entries, by);

function edit(
  value: string,
  changes: Partial<EntryEdit["assertion"]> = {},
  source = "A",
): EntryEdit {
  const assertion = {
    severity: null,
    scanAction: null,
    tags: {},
    description: "",
    expires: null,
    ...changes,
  };
  return { type: "ipv4", value, source, assertion };
}

const gone = (value: string, source = "A"): EntryEdit => ({
  ...edit(value, {}, source),
  assertion: null,
});

async function stored(value: string) {
  const entry = (await allEntries(apps.context.db)).find((one) => one.value === value);
  return entry?.state;
}

/** What the set should hold: every entry evaluated anew. */
async function expectedMembers() {
  const [profile] = await listProfiles(apps.context.db);
  return (await allEntries(apps.context.db)).flatMap(({ type, value, state }) => {
    const filter = selectFilter(profile?.filters ?? [], { type, value, ...state });
    return filter === undefined ? [] : [{ type, value, filter: filter.number }];
  });
}

test("each entry gets an outcome, in canonical form, and the rejected ones a remedy", async () => {
  const outcomes = await add(
    { value: "hxxp://Bad[.]Example/A" },
    { value: "203.0.113.0/24", severity: "Low" },
    { value: "what is this?" },
    { value: "10.1.2.3", type: "ipv6" },
    { value: "ok.example", expires: "2020-01-01T00:00:00Z" },
    { value: "BAD.example/A", type: "url" },
  );
  expect(outcomes.map(({ value, outcome }) => [value, outcome])).toEqual([
    ["bad.example/A", "added"],
    ["203.0.113.0/24", "added"],
    ["what is this?", "rejected"],
    ["10.1.2.3", "rejected"],
    ["ok.example", "rejected"],
    ["bad.example/A", "unchanged"],
  ]);
  for (const one of outcomes.filter(({ outcome }) => outcome === "rejected")) {
    expect(one.reason).not.toBe("");
    expect(one.remedy).not.toBe("");
  }
});

test("what several sources say is put together, and ends source by source", async () => {
  const { reputation } = apps.context;
  const later = Date.now() + 3_600_000;
  await changeEntries(reputation, [
    edit("192.0.2.9", { severity: "Low", scanAction: "log", tags: { Team: "a" }, expires: later }),
    edit(
      "192.0.2.9",
      { severity: "High", tags: { Team: "b", Case: "7" }, expires: later + 1 },
      "B",
    ),
  ]);
  expect(await stored("192.0.2.9")).toMatchObject({
    sources: ["A", "B"],
    tags: {
      Team: "b",
      Case: "7",
      "Trend Micro Severity": "High",
      "Trend Micro Scan Action": "log",
    },
    expires: later + 1,
  });
  await changeEntries(reputation, [gone("192.0.2.9", "B")]);
  expect(await stored("192.0.2.9")).toMatchObject({
    sources: ["A"],
    tags: { Team: "a", "Trend Micro Severity": "Low" },
    expires: later,
  });
  await changeEntries(reputation, [gone("192.0.2.9")]);
  expect(await stored("192.0.2.9")).toBeUndefined();
});

test("the users' deletion keeps what another source asserts", async () => {
  await changeEntries(apps.context.reputation, [edit("192.0.2.10")]);
  const [one, two] = await add({ value: "192.0.2.10" }, { value: "192.0.2.11" });
  const ids = [one, two].flatMap((outcome) => outcome?.id ?? []);
  expect(await withdrawEntries(deps(), ids, by)).toEqual({
    deleted: 2,
    keptByOtherSources: 1,
    missing: 0,
  });
  expect(await stored("192.0.2.10")).toMatchObject({ sources: ["A"] });
  expect(await stored("192.0.2.11")).toBeUndefined();
});

test("assertions expire on time, each for itself, and leave the set", async () => {
  const timer = expiryTimer({ ...apps.context.reputation, log: silentLog() }).start();
  apps.context.changeListeners.add(({ earliestExpiry }) => timer.note(earliestExpiry));
  const before = (await oneSet(apps.context.db, set))?.version ?? 0;
  const soon = Date.now() + 400;
  await changeEntries(apps.context.reputation, [
    edit("192.0.2.20", { expires: soon }, "Local"),
    edit("192.0.2.21", { expires: soon }),
    edit("192.0.2.21", { expires: soon + 3_600_000 }, "Local"),
  ]);
  expect((await oneSet(apps.context.db, set))?.count).toBe(2);
  await vi.waitFor(async () => expect(await stored("192.0.2.20")).toBeUndefined(), 5000);
  expect(Date.now()).toBeGreaterThanOrEqual(soon);
  expect(await stored("192.0.2.21")).toMatchObject({ sources: ["Local"] });
  const changes = (await readChanges(apps.context.reputation, set, [before]))?.get(before);
  expect(changes?.operations.toSorted()).toEqual([
    ["+", "ipv4", "192.0.2.21", 2],
    ["-", "ipv4", "192.0.2.20"],
  ]);
  await timer.stop();
});

const byValue = (one: { value: string }, other: { value: string }) =>
  one.value < other.value ? -1 : 1;

const value = fc.integer({ min: 1, max: 12 }).map((n) => `192.0.2.${n}`);
const source = fc.constantFrom("Local", "A");
const severity = fc.constantFrom("High" as const, "Low" as const, null);
const change = fc.oneof(
  fc.record({ value, source, severity, hub: fc.boolean() }).map((one) => {
    const tags: Record<string, string> = one.hub
      ? {
          "Trend Micro Detection Category": "Suspicious Object",
          "Trend Micro Publisher": "Trend Vision One Threat Intelligence",
        }
      : {};
    return edit(one.value, { severity: one.severity, tags }, one.source);
  }),
  fc.record({ value, source }).map((one) => gone(one.value, one.source)),
);

test("after any changes, also at once, the set is what a fresh evaluation gives", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 6 }),
      async (batches) => {
        const { db, reputation } = apps.context;
        const before = await oneSet(db, set);
        const index = new ReputationIndex();
        for (const one of (await snapshot()).members) index.put(one.type, one.value, one.filter);
        await Promise.all(batches.map((batch) => changeEntries(reputation, batch)));
        const expected = await expectedMembers();
        const after = await oneSet(db, set);
        expect(after?.checksum).toBe(checksumOf(expected));
        expect(after?.count).toBe(expected.length);
        const now = await snapshot();
        expect(now.position).toMatchObject({ checksum: after?.checksum });
        expect(now.members.toSorted(byValue)).toEqual(expected);
        // The delta leads from the old members to the new ones.
        const from = before?.version ?? 0;
        const delta = (await readChanges(reputation, set, [from]))?.get(from);
        for (const operation of delta?.operations ?? []) applyOperation(index, operation);
        expect([...index.members()].toSorted(byValue)).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});

test("filters of a profile that select the same share a set, whatever they do with a match", async () => {
  const { db, reputation } = apps.context;
  const [profile] = await listProfiles(db);
  const { filters, profile: id } = definition(profile);
  const [first, ...rest] = filters;
  if (first === undefined) throw new Error("no filter");
  const renamed = { ...first, name: "Other", actionSet: { ...first.actionSet, notify: false } };
  const same = { filters: [renamed, ...rest], profile: id };
  expect(await ensureSet(reputation, same)).toBe(set);
  await changeEntries(reputation, [edit("192.0.2.50")]);
  const everything = {
    filters: [{ ...first, criteria: [], untaggedEntries: true }],
    profile: id,
  };
  const [one, two] = await Promise.all([
    ensureSet(reputation, everything),
    ensureSet(reputation, everything),
  ]);
  expect(one).toBe(two);
  expect(one).not.toBe(set);
  expect(await ensureSet(reputation, { ...everything, profile: null })).not.toBe(one);
  expect(await oneSet(db, one)).toMatchObject({
    count: 1,
    checksum: checksumOf([{ type: "ipv4", value: "192.0.2.50", filter: 1 }]),
  });
  await sql`delete from reputation_set where id <> ${set}`.execute(db);
});

test("entries go on changing while a set is made, and none is missed", async () => {
  const { db, reputation } = apps.context;
  const [profile] = await listProfiles(db);
  const [first] = profile?.filters ?? [];
  if (first === undefined) throw new Error("no filter");
  const addresses = Array.from({ length: 60 }, (_, n) => `192.0.2.${n}`);
  await changeEntries(
    reputation,
    addresses.map((one) => edit(one)),
  );
  const making = ensureSet(reputation, {
    filters: [{ ...first, number: 9, criteria: [], untaggedEntries: true }],
    profile: null,
  });
  for (const one of addresses) await changeEntries(reputation, [gone(one)]);
  await changeEntries(reputation, [edit("192.0.2.200"), edit("192.0.2.201")]);
  const made = await making;
  await changeEntries(reputation, [gone("192.0.2.201")]);
  expect(await oneSet(db, made)).toMatchObject({
    count: 1,
    checksum: checksumOf([{ type: "ipv4", value: "192.0.2.200", filter: 9 }]),
  });
  await sql`delete from reputation_set where id = ${made}`.execute(db);
});

test("removals that were forgotten are no longer told one by one", async () => {
  const { db, reputation } = apps.context;
  await changeEntries(reputation, [edit("192.0.2.60", {}, "Local")]);
  const { version = 0 } = (await oneSet(db, set)) ?? {};
  await changeEntries(reputation, [gone("192.0.2.60", "Local")]);
  expect(await forgetRemovals(db, new Date(Date.now() + 1000))).toBeGreaterThan(0);
  const position = await oneSet(db, set);
  expect(position?.forgotten).toBeGreaterThan(version);
});
