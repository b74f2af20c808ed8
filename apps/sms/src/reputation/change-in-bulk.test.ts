import type { Tags } from "@breakwater/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listProfiles } from "../profiles/index.ts";
import { openTestApps, type TestApps } from "../test-apps.test-helper.ts";
import { allEntries } from "./entries/all-entries.test-helper.ts";
import { changeEntries } from "./entries/change-entries.ts";
import { changeInBulk } from "./entries/change-in-bulk.ts";
import type { EntryEdit } from "./entries/change-plan.ts";
import { prepareEdits } from "./entries/prepare-edits.ts";
import { readTally } from "./entries/tally.ts";
import { ensureSet } from "./sets/create-set.ts";
import { oneSet } from "./sets/set-store.ts";

/** Two databases: one is changed in bulk, the other one by one. */
let bulk: TestApps;
let single: TestApps;

beforeAll(async () => {
  bulk = await openTestApps();
  single = await openTestApps();
});
afterAll(async () => {
  await bulk?.close();
  await single?.close();
});

const edit = fc.record({
  value: fc.integer({ min: 1, max: 30 }).map((n) => `192.0.2.${n}`),
  source: fc.constantFrom("Local", "A", "B"),
  severity: fc.constantFrom("High" as const, "Low" as const, null),
  tags: fc.constantFrom<Tags>({ Note: "tab\tand \\ line\n" }, { Kinds: ["a", "b"] }, {}),
  withdraw: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

function editsOf(list: readonly (typeof edit extends fc.Arbitrary<infer T> ? T : never)[]) {
  return list.map(
    ({ value, source, severity, tags, withdraw }): EntryEdit => ({
      type: "ipv4",
      value,
      source,
      assertion: withdraw
        ? null
        : { severity, scanAction: "block", tags, description: "", expires: null },
    }),
  );
}

async function shown({ context: { db } }: TestApps) {
  const entries = await allEntries(db);
  return {
    entries: entries.map(({ type, value, state, assertions }) => ({
      type,
      value,
      state,
      assertions: assertions
        .map((one) => ({ ...one, since: 0 }))
        .toSorted((one, other) => (one.source < other.source ? -1 : 1)),
    })),
    types: await readTally(db, "type"),
    severities: await readTally(db, "severity"),
  };
}

test("edits in bulk lead where the same edits one by one lead", async () => {
  const [profile] = await listProfiles(bulk.context.db);
  const filters = (profile?.filters ?? []).map((one) => ({
    ...one,
    criteria: [],
    untaggedEntries: true,
  }));
  const sets = await Promise.all(
    [bulk, single].map(({ context }) => ensureSet(context.reputation, { filters, profile: null })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 40 }), async (list) => {
      const edits = editsOf(list);
      const deps = { ...bulk.context.reputation, pool: bulk.context.pool };
      const outcomes = await changeInBulk(deps, await prepareEdits(deps, edits), async () => {});
      const { outcomes: expected } = await changeEntries(single.context.reputation, edits);
      expect(outcomes).toEqual(expected);
      expect(await shown(bulk)).toEqual(await shown(single));
      const [one, other] = await Promise.all([
        oneSet(bulk.context.db, sets[0] ?? fail()),
        oneSet(single.context.db, sets[1] ?? fail()),
      ]);
      expect([one?.count, one?.checksum]).toEqual([other?.count, other?.checksum]);
    }),
    { numRuns: 40 },
  );
});

function fail(): never {
  throw new Error("no set");
}

test("what belongs to the commit is not there when the commit is not", async () => {
  const deps = { ...bulk.context.reputation, pool: bulk.context.pool };
  const before = await shown(bulk);
  const prepared = await prepareEdits(deps, [
    {
      type: "ipv4",
      value: "198.51.100.1",
      source: "A",
      assertion: { severity: null, scanAction: null, tags: {}, description: "", expires: null },
    },
  ]);
  const broken = changeInBulk(deps, prepared, async () => {
    throw new Error("no room for the checkpoint");
  });
  await expect(broken).rejects.toThrow("no room");
  expect(await shown(bulk)).toEqual(before);
});
