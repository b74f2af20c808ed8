import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import {
  type Criterion,
  DEFAULT_ACTION_SETS,
  ENTRY_TYPES,
  type ReputationFilter,
  SEVERITIES,
  TAG,
  type Tags,
  type TagValue,
} from "@breakwater/protocol";
import { matchesCriteria, selectFilter } from "@breakwater/reputation-set";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Schema, smsMigrations } from "../../database.ts";
import { type EntryColumns, entryState } from "../entries/entry-row.ts";
import { sourceNames } from "../entries/source-names.ts";
import { ENTRY_COLUMNS } from "../entries/store.ts";
import { type Condition, criteriaSql, selectionSql } from "./criteria-sql.ts";

let database: TestDatabase<Schema>;
beforeAll(async () => {
  database = await createTestDatabase<Schema>(await smsMigrations());
  await sql`insert into reputation_source (name, kind)
    select unnest(${SOURCES}::text[]), 'import' on conflict do nothing`.execute(database.db);
});
afterAll(() => database?.drop());

const SOURCES = ["Feed", "feed", "Partner É", "it's 100%"];
const NAMES = ["A", "a", "", "__proto__", "constructor", "it's", 'a"b', "a.b", "ä", "$1", "?"];
const TEXTS = [
  ..."x X xY 5 5.0 true High hIGH % _ \\ ÉCOLE école ΑΣ ας ß SS İ ı i \u212A k 日本 😀x".split(" "),
  "",
  " ",
  "2025-12-31T23:59:59.999Z",
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00Z",
  "2026-01-01T01:00:00+01:00",
  "2026-01-01",
  "9999-12-31T23:59:59.999Z",
  "tomorrow",
];
const LIMITS = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.001Z"];
const NUMBERS = [-1, 0, 0.1, 5, 5.5, 1e21, Number.MAX_SAFE_INTEGER];

const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const value: fc.Arbitrary<TagValue> = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(text, { maxLength: 3 }),
);
const tags = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((list): Tags => Object.fromEntries(list));

type Row = Pick<EntryColumns, "type" | "severity" | "scan_action" | "tags" | "held"> & {
  address: string;
  expires: string | null;
  sources: string[];
  heldSources: string[];
};
const draft: fc.Arbitrary<Row> = fc.record({
  type: fc.constantFrom(...ENTRY_TYPES),
  address: fc.constantFrom("10.0.0.0/8", "2001:db8::/32"),
  severity: fc.constantFrom(null, null, ...SEVERITIES),
  scan_action: fc.constantFrom(null, null, "block" as const, "log" as const),
  tags,
  expires: fc.constantFrom(null, null, "2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.000Z"),
  held: fc.constantFrom(false, false, false, true),
  sources: fc.subarray(SOURCES.slice(0, 2)),
  heldSources: fc.subarray(SOURCES.slice(2)),
});
/** An entry is held when every source's assertion is. */
const row = draft.map((one): Row => {
  const { held, sources, heldSources } = one;
  return held ? { ...one, sources: [], heldSources: [...sources, ...heldSources] } : one;
});

const tag = fc.oneof(name, fc.constantFrom(TAG.severity, TAG.scanAction, TAG.ttl));
const criterion: fc.Arbitrary<Criterion> = fc.oneof(
  fc.record({
    op: fc.constantFrom("is" as const, "is-not" as const),
    tag,
    value: fc.oneof(text, number, fc.boolean()),
  }),
  fc.record({
    op: fc.constantFrom("contains" as const, "does-not-contain" as const),
    tag,
    value: text.filter((one) => one !== ""),
  }),
  fc.record({
    op: fc.constantFrom(...(["greater", "greater-or-equal", "less", "less-or-equal"] as const)),
    tag,
    value: number,
  }),
  fc.record({
    op: fc.constantFrom("before" as const, "after" as const),
    tag,
    value: fc.constantFrom(...LIMITS),
  }),
  fc.record({ op: fc.constantFrom("has-tag" as const, "has-no-tag" as const), tag }),
  fc.record({
    op: fc.constantFrom("source-is" as const, "source-is-not" as const),
    value: fc.constantFrom("FEED", "Feed", "partner É", "PARTNER é", "IT'S 100%", "Nobody"),
  }),
);

/** SPEC C1 read word by word; of letters, only A to Z have a case. */
function oracle(one: Criterion, given: Tags, sources: readonly string[]): boolean {
  switch (one.op) {
    case "source-is":
      return sources.some((source) => capitals(source) === capitals(one.value));
    case "source-is-not":
      return !oracle({ ...one, op: "source-is" }, given, sources);
    case "is-not":
      return !oracle({ ...one, op: "is" }, given, sources);
    case "does-not-contain":
      return !oracle({ ...one, op: "contains" }, given, sources);
    case "has-no-tag":
      return !oracle({ ...one, op: "has-tag" }, given, sources);
    case "has-tag":
      return Object.keys(given).includes(one.tag);
    default:
      return Object.entries(given)
        .filter(([key]) => key === one.tag)
        .flatMap(([, held]) => held)
        .some((held) => passes(one, held));
  }
}

type ValueTest = Exclude<
  Criterion,
  { op: "source-is" | "source-is-not" | "is-not" | "does-not-contain" | "has-tag" | "has-no-tag" }
>;

function passes(one: ValueTest, held: string | number | boolean): boolean {
  switch (one.op) {
    case "is":
      return (
        `${typeof held} ${capitals(String(held))}` ===
        `${typeof one.value} ${capitals(String(one.value))}`
      );
    case "contains":
      return typeof held === "string" && capitals(held).split(capitals(one.value)).length > 1;
    case "greater":
      return typeof held === "number" && held - one.value > 0;
    case "greater-or-equal":
      return typeof held === "number" && !(held < one.value);
    case "less":
      return typeof held === "number" && one.value - held > 0;
    case "less-or-equal":
      return typeof held === "number" && !(held > one.value);
    case "before":
      return isStoredTime(held) && Date.parse(held) < Date.parse(one.value);
    case "after":
      return isStoredTime(held) && Date.parse(held) > Date.parse(one.value);
  }
}

function isStoredTime(held: string | number | boolean): held is string {
  if (typeof held !== "string" || Number.isNaN(Date.parse(held))) return false;
  return new Date(held).toISOString() === held;
}

function capitals(given: string): string {
  return Array.from(given, (letter) =>
    letter >= "a" && letter <= "z" ? letter.toUpperCase() : letter,
  ).join("");
}

async function store(rows: readonly Row[]): Promise<void> {
  const records = rows.map((one, at) => ({
    ...one,
    value: one.type === "cidr" ? `${one.address} ${at}` : `value ${at}`,
  }));
  await sql`truncate reputation_entry`.execute(database.db);
  await sql`
    insert into reputation_entry (type, value, severity, scan_action, sources, tags, assertions, held,
      created, modified, expires, due, revision)
    select r.type, r.value, r.severity, r.scan_action,
      array(select id from reputation_source where r.sources ? name)
        || array(select -id from reputation_source where r."heldSources" ? name),
      r.tags, '[]', r.held, now(), now(), r.expires, r.expires, 1
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r (type text, value text,
      severity text, scan_action text, sources jsonb, "heldSources" jsonb, tags jsonb, held boolean,
      expires timestamptz)`.execute(database.db);
}

/** Every stored entry as filters see it, with what each condition says of it. */
async function judged(conditions: readonly Condition[]) {
  const names = await sourceNames(database.db);
  const { rows } = await sql<EntryColumns & { said: unknown[] }>`
    select ${ENTRY_COLUMNS}, jsonb_build_array(${sql.join(conditions)}) as said
    from reputation_entry e order by e.id`.execute(database.db);
  return rows.map((one) => ({ ...one, state: entryState(one, names) }));
}

test("the database, the filters and a naive reading judge every entry alike", async () => {
  const batch = fc.tuple(
    fc.array(row, { minLength: 300, maxLength: 300, size: "max" }),
    fc.array(fc.array(criterion, { minLength: 1, maxLength: 2 }), {
      minLength: 30,
      maxLength: 30,
      size: "max",
    }),
  );
  await fc.assert(
    fc.asyncProperty(batch, async ([rows, lists]) => {
      await store(rows);
      const entries = await judged(lists.map((list) => criteriaSql(list)));
      expect(entries).toHaveLength(rows.length);
      for (const { state, said } of entries) {
        const filtered = lists.map((list) => matchesCriteria(list, state.tags, state.sources));
        const read = lists.map((list) =>
          list.every((one) => oracle(one, state.tags, state.sources)),
        );
        const wrong = lists.filter((_, at) => said[at] !== read[at] || filtered[at] !== read[at]);
        expect({ tags: state.tags, sources: state.sources, wrong }).toMatchObject({ wrong: [] });
      }
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

const [actionSet] = DEFAULT_ACTION_SETS;
const filter: fc.Arbitrary<ReputationFilter> = fc.record({
  number: fc.constant(0),
  name: fc.constant("filter"),
  state: fc.constantFrom("enabled" as const, "enabled" as const, "disabled" as const),
  locked: fc.boolean(),
  actionSet: fc.constant(actionSet),
  types: fc.record({
    ipv4: fc.boolean(),
    ipv6: fc.boolean(),
    dns: fc.boolean(),
    url: fc.boolean(),
    fileHash: fc.boolean(),
  }),
  untaggedEntries: fc.boolean(),
  taggedEntries: fc.boolean(),
  criteria: fc.array(criterion, { maxLength: 2 }),
});

test("the first filter that takes an entry is the same one", async () => {
  const tables = fc.array(fc.array(filter, { maxLength: 4 }), { minLength: 15, maxLength: 15 });
  const rows = fc.array(row, { minLength: 300, maxLength: 300, size: "max" });
  await fc.assert(
    fc.asyncProperty(rows, tables, async (given, drafts) => {
      await store(given);
      const numbered = drafts.map((table) => table.map((one, at) => ({ ...one, number: at + 1 })));
      const entries = await judged(numbered.map((table) => selectionSql(table)));
      for (const { type, value: stored, held, state, said } of entries) {
        const subject = { type, value: stored, tags: state.tags, sources: state.sources };
        const taken = numbered.map((table) =>
          held ? null : (selectFilter(table, subject)?.number ?? null),
        );
        expect(said).toEqual(taken);
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

test("the example of SPEC C2 selects in the database what it says", async () => {
  const c2: Criterion[] = [
    { op: "is", tag: TAG.detectionCategory, value: "Suspicious Object" },
    { op: "contains", tag: TAG.publisher, value: "Vision One Threat Intelligence" },
    { op: "is", tag: TAG.severity, value: "High" },
  ];
  const object: Row = {
    type: "ipv4",
    address: "",
    severity: "High",
    scan_action: "block",
    tags: {
      [TAG.detectionCategory]: "Suspicious Object",
      [TAG.publisher]: "Trend Vision One Threat Intelligence",
    },
    expires: null,
    held: false,
    sources: ["Feed"],
    heldSources: [],
  };
  await store([
    ...ENTRY_TYPES.map((type): Row => ({ ...object, type, address: "10.0.0.0/8" })),
    { ...object, severity: "Medium" },
    { ...object, tags: { ...object.tags, [TAG.publisher]: "Somebody" } },
    { ...object, tags: {}, severity: null, scan_action: null },
  ]);
  const said = (await judged([criteriaSql(c2)])).map((entry) => entry.said[0]);
  expect(said).toEqual([...ENTRY_TYPES.map(() => true), false, false, false]);
});
