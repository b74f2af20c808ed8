import { SYSTEM_PRINCIPAL } from "@breakwater/platform";
import { ENTRY_TYPES, FACET_FIELDS, SEVERITIES } from "@breakwater/protocol";
import { canonicalValue, maskBytes, parseAddress, parseRange } from "@breakwater/reputation-set";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetView } from "../../fleet-view.ts";
import { openTestApps, type TestApps } from "../../test-apps.test-helper.ts";
import { assertEntries } from "../entries/assert-entries.ts";
import { changeEntries } from "../entries/change-entries.ts";
import { exportEntries } from "./export-entries.ts";
import { facetsOf } from "./facets.ts";
import { listEntries } from "./list-entries.ts";
import { lookUp } from "./look-up.ts";
import { readQuery } from "./read-query.ts";
import { searchContext } from "./search-context.ts";
import { firstIdSince, idBounds } from "./search-store.ts";

let apps: TestApps;
const now = () => apps.context.clock.now().getTime();
const HOUR = 3_600_000;

beforeAll(async () => {
  apps = await openTestApps();
  const soon = new Date(now() + HOUR).toISOString();
  const later = new Date(now() + 1000 * HOUR).toISOString();
  await assertEntries(
    { ...apps.context.reputation, audit: apps.context.accounts.audit },
    [
      { value: "198.51.100.7", severity: "High", tags: { Case: "7", Team: ["red", "Blue"] } },
      { value: "198.51.100.0/24", severity: "Low", scanAction: "log" },
      { value: "198.51.96.0/20", expires: later },
      { value: "203.0.113.9", severity: "Medium", description: "seen in mail" },
      { value: "2001:db8::7", expires: soon },
      { value: "2001:db8:0:1::/64" },
      { value: "evil.example", severity: "High", tags: { Confidence: 80, Checked: true } },
      { value: "login.evil.example", type: "domain-exact" },
      { value: "https://evil.example/Path/a?b=c", scanAction: "block" },
      { value: "a".repeat(64), tags: { Found: "2026-11-03T00:00:00.000Z" } },
      { value: "192.0.2.3" },
    ],
    { principal: SYSTEM_PRINCIPAL, source: "test" },
  );
  const assertion = { severity: null, scanAction: null, tags: {}, description: "", expires: null };
  await changeEntries(apps.context.reputation, [
    { type: "ipv4", value: "203.0.113.9", source: "Feed A", assertion },
    { type: "domain", value: "only.feed.test", source: "Feed A", assertion },
  ]);
});
afterAll(() => apps?.close());

async function run(q: string, page: { cursor?: string; limit: number } = { limit: 100 }) {
  const { db } = apps.context;
  const query = readQuery(q);
  const fleet = await fleetView(apps.context);
  const context = await searchContext(db, fleet, query, now(), true);
  return { query, context, list: await listEntries(db, query, context, page) };
}
const values = async (q: string) => (await run(q)).list.items.map(({ value }) => value).toSorted();

test.each<[string, string[]]>([
  ["198.51.100.7", ["198.51.100.7"]],
  ["198[.]51.100.7", ["198.51.100.7"]],
  ["198.51", ["198.51.100.0/24", "198.51.100.7", "198.51.96.0/20"]],
  ["198.51.100.0/24", ["198.51.100.0/24", "198.51.100.7", "198.51.96.0/20"]],
  ["198.51.100.0/30", ["198.51.100.0/24", "198.51.96.0/20"]],
  ["covering:198.51.100.7", ["198.51.100.0/24", "198.51.100.7", "198.51.96.0/20"]],
  ["covering:www.evil.example", ["evil.example"]],
  ["covering:https://login.evil.example/x", ["evil.example", "login.evil.example"]],
  ["2001:db8::/32", ["2001:db8:0:1::/64", "2001:db8::7"]],
  ["2001:db8:0:1::9/128", ["2001:db8:0:1::/64"]],
  ["hxxps://EVIL[.]example/Path", ["evil.example/Path/a?b=c"]],
  ["evil.example", ["evil.example", "evil.example/Path/a?b=c", "login.evil.example"]],
  ["=evil.example", ["evil.example"]],
  ["evil.*", ["evil.example", "evil.example/Path/a?b=c"]],
  ["*evil.example", ["evil.example", "login.evil.example"]],
  ["*vil.ex* -type:url", ["evil.example", "login.evil.example"]],
  ["192.0.2.3,=evil.example", ["192.0.2.3", "evil.example"]],
  ["type:url,sha256", ["a".repeat(64), "evil.example/Path/a?b=c"]],
  ["severity:High", ["198.51.100.7", "evil.example"]],
  ["action:log", ["198.51.100.0/24"]],
  ['source:"feed a"', ["203.0.113.9", "only.feed.test"]],
  ["source:Feed* source:Local", ["203.0.113.9"]],
  ["-source:Local", ["only.feed.test"]],
  ["source:Nobody", []],
  ['tag:"Case"', ["198.51.100.7"]],
  ['"Team":blue', ["198.51.100.7"]],
  ['"Confidence">=80', ["evil.example"]],
  ['"Confidence">80', []],
  ['"Checked":yes', ["evil.example"]],
  ['"Found">2026-11-02', ["a".repeat(64)]],
  ['"Found">2026-11-03', []],
  ['"Trend Micro Severity":medium', ["203.0.113.9"]],
  ["has:description", ["203.0.113.9"]],
  ["has:expiry", ["198.51.96.0/20", "2001:db8::7"]],
  ["expires:<24h", ["2001:db8::7"]],
  ["expires:>24h", ["198.51.96.0/20"]],
  ["expires:never type:ipv4", ["192.0.2.3", "198.51.100.7", "203.0.113.9"]],
  ["is:local type:ipv4", ["192.0.2.3", "198.51.100.7", "203.0.113.9"]],
  ["is:held", []],
  ["state:no-device type:ipv6", ["2001:db8::7"]],
  ["-state:no-device", []],
  ["added:<24h type:ipv6", ["2001:db8::7"]],
  ["added:>24h", []],
  ["seen:7d", []],
])("%s", async (q, expected) => expect(await values(q)).toEqual(expected));

test("a query that cannot be understood names every problem", () => {
  expect(() => readQuery("sevrity:High expires:soon")).toThrow(/Did you mean severity/);
});

test("pages follow one another, whichever way a query is answered", async () => {
  for (const q of ["", "is:local", "type:ipv4,cidr,ipv6", "added:<24h"]) {
    const all = (await run(q)).list;
    const ids = all.items.map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const { list } = await run(q, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...list.items.map(({ id }) => id));
      cursor = list.nextCursor;
    } while (cursor !== undefined);
    expect([q, paged]).toEqual([q, ids]);
    expect([q, all.total]).toEqual([q, { value: ids.length, exact: true }]);
  }
});

test("a facet's counts ignore its own terms and heed the others", async () => {
  const { query, context } = await run("type:ipv4 severity:High");
  const facets = await facetsOf(apps.context.db, query, context, ["type", "severity"]);
  expect(facets[0]?.values.map(({ value, count }) => [value, count])).toEqual([
    ["domain", 1],
    ["ipv4", 1],
  ]);
  expect(facets[1]?.values.map(({ value, count }) => [value, count])).toEqual([
    ["High", 1],
    ["Medium", 1],
  ]);
});

test.each(["type:ipv4", "added:<24h", "evil.example", "source:Local", "state:no-device"])(
  "%s can be counted by every field",
  async (q) => {
    const { query, context, list } = await run(q);
    const facets = await facetsOf(apps.context.db, query, context, [...FACET_FIELDS]);
    expect(facets.map(({ field }) => field)).toEqual(FACET_FIELDS);
    const states = facets.find(({ field }) => field === "state")?.values;
    expect(states).toEqual([{ value: "no-device", count: list.items.length, exact: true }]);
  },
);

test("facets of everything come from what is counted anyway, and are exact", async () => {
  const { query, context } = await run("");
  const facets = await facetsOf(apps.context.db, query, context, ["source", "expires", "tag"]);
  expect(
    facets.map(({ field, values: found }) => [
      field,
      found.map(({ value, count }) => `${value} ${count}`),
    ]),
  ).toEqual([
    ["source", ["Local 11", "Feed A 2"]],
    ["expires", ["never 10", "<1d 1", "<30d 1", "<7d 1", ">30d 1"]],
    ["tag", expect.arrayContaining(["Case 1", "Team 1"])],
  ]);
});

test("a look-up finds what covers a value, in one answer", async () => {
  const fleet = () => fleetView(apps.context);
  const found = await lookUp(apps.context.db, fleet, { value: "198[.]51.100.7" });
  expect(found).toMatchObject({ type: "ipv4", value: "198.51.100.7" });
  expect(found.entries.map(({ value }) => value)).toEqual([
    "198.51.100.7",
    "198.51.100.0/24",
    "198.51.96.0/20",
  ]);
  expect(await lookUp(apps.context.db, fleet, { value: "192.0.2.1" })).toMatchObject({
    decision: "passed",
    entries: [],
  });
  await expect(lookUp(apps.context.db, fleet, { value: "what" })).rejects.toThrow(/value/);
});

test("an export has every entry once", async () => {
  const { query, context } = await run("");
  const rows: string[] = [];
  for await (const row of exportEntries(apps.context.db, query, context)) rows.push(row.value);
  expect(rows.toSorted()).toEqual(await values(""));
});

test("the first id of a time is found by halves", async () => {
  const { db } = apps.context;
  const bounds = await idBounds(db);
  expect(await firstIdSince(db, now() - 24 * HOUR)).toBe(bounds?.least);
  expect(await firstIdSince(db, now() + 24 * HOUR)).toBe((bounds?.greatest ?? 0) + 1);
});

const octet = fc.integer({ min: 0, max: 255 });
const ipv4Range = fc
  .record({ bytes: fc.tuple(octet, octet, octet, octet), prefix: fc.integer({ min: 1, max: 32 }) })
  .map(({ bytes, prefix }) => canonicalValue("cidr", `${bytes.join(".")}/${prefix}`));
const group = fc.constantFrom("0", "1", "db8", "2001", "ffff");
const ipv6Range = fc
  .record({
    groups: fc.array(group, { minLength: 8, maxLength: 8 }),
    prefix: fc.integer({ min: 1, max: 128 }),
  })
  .map(({ groups, prefix }) => canonicalValue("cidr", `${groups.join(":")}/${prefix}`));
const ranges = fc.array(fc.oneof(ipv4Range, ipv6Range), { minLength: 1, maxLength: 30 });

function overlap(left: string, right: string): boolean {
  const [one, other] = [left, right].map((text) => {
    const range = parseRange(text);
    const bytes = range?.bytes ?? parseAddress(text);
    return bytes === undefined ? undefined : { bytes, prefix: range?.prefix ?? bytes.length * 8 };
  });
  if (one === undefined || other === undefined || one.bytes.length !== other.bytes.length)
    return false;
  const shorter = Math.min(one.prefix, other.prefix);
  return Buffer.compare(maskBytes(one.bytes, shorter), maskBytes(other.bytes, shorter)) === 0;
}

test("a range finds exactly what overlaps it", async () => {
  const { db } = apps.context;
  await fc.assert(
    fc.asyncProperty(ranges, fc.nat(), async (list, pick) => {
      const stored = [...new Set(list.flatMap((one) => (one.ok ? [one.value] : [])))];
      const wanted = stored[pick % Math.max(1, stored.length)];
      if (wanted === undefined) return;
      const others = stored
        .filter((one) => one !== wanted)
        .map((value) => ({ type: "cidr", value }));
      const addresses = stored.flatMap((value) => {
        const bytes = parseRange(value)?.bytes ?? new Uint8Array(4);
        const type = bytes.length === 4 ? ("ipv4" as const) : ("ipv6" as const);
        const address = canonicalValue(type, value.split("/")[0] ?? "");
        return address.ok ? [{ type, value: address.value }] : [];
      });
      await sql`delete from reputation_entry`.execute(db);
      await sql`insert into reputation_entry (type, value, sources, tags, assertions, held, created, modified, revision)
        select distinct type, value, '{1}'::integer[], '{}'::jsonb, '[{"s":1,"t":0}]'::jsonb, false, now(), now(), 1
        from jsonb_to_recordset(${JSON.stringify([...others, ...addresses])}::jsonb) as r (type text, value text)`.execute(
        db,
      );
      const expected = [...new Set([...others, ...addresses].map(({ value }) => value))]
        .filter((value) => overlap(value, wanted))
        .toSorted();
      expect([wanted, await values(wanted)]).toEqual([wanted, expected]);
    }),
    { numRuns: 60 },
  );
});

test("terms find what they say, alone, together and negated", async () => {
  const { db } = apps.context;
  const row = fc.record({
    type: fc.constantFrom(...ENTRY_TYPES),
    severity: fc.option(fc.constantFrom(...SEVERITIES)),
    scan_action: fc.option(fc.constantFrom("block", "log")),
  });
  const termOf = fc.oneof(
    fc.constantFrom(...ENTRY_TYPES).map((one) => ({ text: `type:${one}`, key: "type", one })),
    fc
      .constantFrom(...SEVERITIES)
      .map((one) => ({ text: `severity:${one}`, key: "severity", one })),
    fc
      .constantFrom("block", "log")
      .map((one) => ({ text: `action:${one}`, key: "scan_action", one })),
  );
  const terms = fc.array(fc.record({ term: termOf, not: fc.boolean() }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), terms, async (rows, wanted) => {
      const named = rows.map((one, at) => ({ ...one, value: `v${at}` }));
      await sql`delete from reputation_entry`.execute(db);
      await sql`delete from reputation_tally`.execute(db);
      await sql`insert into reputation_entry (type, value, severity, scan_action, sources, tags, assertions, held, created, modified, revision)
        select type, value, severity, scan_action, '{1}'::integer[], '{}'::jsonb, '[{"s":1,"t":0}]'::jsonb, false, now(), now(), 1
        from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as r (type text, value text, severity text, scan_action text)`.execute(
        db,
      );
      await sql`insert into reputation_tally select 'type', type, count(*) from reputation_entry group by type
        union all select 'severity', severity, count(*) from reputation_entry where severity is not null group by severity
        union all select 'action', scan_action, count(*) from reputation_entry where scan_action is not null group by scan_action`.execute(
        db,
      );
      const q = wanted.map(({ term, not }) => `${not ? "-" : ""}${term.text}`).join(" ");
      const expected = named
        .filter((one) =>
          wanted.every(({ term, not }) => (one[term.key as "type"] === term.one) !== not),
        )
        .map(({ value }) => value)
        .toSorted();
      const { list } = await run(q);
      expect([q, list.items.map(({ value }) => value).toSorted()]).toEqual([q, expected]);
      expect([q, list.total]).toEqual([q, { value: expected.length, exact: true }]);
    }),
    { numRuns: 60 },
  );
});
