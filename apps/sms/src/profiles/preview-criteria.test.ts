import { systemClock } from "@breakwater/platform";
import { type Criteria, TAG } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApps, type TestApps } from "../test-apps.test-helper.ts";
import { previewCriteria } from "./preview-criteria.ts";

/** Several parts of the table. */
const ENTRIES = 60_000;
const NOW = new Date("2026-11-20T12:00:00Z");
let apps: TestApps;

beforeAll(async () => {
  apps = await openTestApps();
  await sql`
    insert into reputation_entry (type, value, severity, sources, tags, assertions, held, created,
      modified, revision)
    select case n % 3 when 0 then 'ipv4' when 1 then 'domain' else 'sha256' end, 'value ' || n,
      case when n % 2 = 0 then 'High' end, '{}', '{}', '[]', n % 100 = 99, now(), now(), 1
    from generate_series(1, ${ENTRIES}::integer) n`.execute(apps.context.db);
  await sql`
    insert into event_entry (type, value, day, events, last)
    values ('ipv4', 'value 6', '2026-11-20', 5, now()), ('ipv4', 'value 6', '2026-11-14', 2, now()),
      ('ipv4', 'value 6', '2026-11-13', 100, now()), ('ipv4', 'value 9', '2026-11-20', 1, now()),
      ('ipv4', 'value 12', '2026-11-19', 1, now()), ('url', 'gone', '2026-11-19', 1, now())`.execute(
    apps.context.db,
  );
});
afterAll(() => apps?.close());

const HIGH: Criteria = [{ op: "is", tag: TAG.severity, value: "High" }];
const preview = (criteria: Criteria, untaggedEntries = false) =>
  previewCriteria(apps.context.db, { criteria, untaggedEntries, taggedEntries: true }, NOW);

test("counts what a filter takes, by type; what is held back is not taken", async () => {
  const { matches, byType, examples } = await preview(HIGH);
  const counted = byType.reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBe(matches.value);
  if (matches.exact) expect(matches.value).toBe(ENTRIES / 2);
  else expect(matches.value).toBeGreaterThan(0);
  expect(examples).toHaveLength(10);
  expect(examples.every(({ severity }) => severity === "High")).toBe(true);
});

test("leaves out types that the filter is switched off for", async () => {
  const types = { ipv4: false, ipv6: true, dns: true, url: true, fileHash: false };
  const request = { criteria: [], untaggedEntries: true, taggedEntries: true, types };
  const { byType } = await previewCriteria(apps.context.db, request, systemClock.now());
  expect(byType.map(({ type }) => type)).toEqual(["domain"]);
});

test("says which of them caused events in the last seven days", async () => {
  expect((await preview(HIGH)).seen).toEqual({ entries: 2, events: 8, exact: true, days: 7 });
  expect((await preview([], true)).seen).toMatchObject({ entries: 3, events: 9 });
  const none: Criteria = [{ op: "source-is", value: "Nobody" }];
  expect(await preview(none, true)).toEqual({
    matches: { value: 0, exact: expect.any(Boolean) },
    byType: [],
    seen: { entries: 0, events: 0, exact: true, days: 7 },
    examples: [],
  });
});
