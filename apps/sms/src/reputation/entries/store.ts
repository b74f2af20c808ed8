import type { ScanAction, Severity, Tags } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import { type EntryChange, keyOf, type StoredEntry } from "./change-plan.ts";
import type { AssertionState, EntryKey } from "./entry-state.ts";

type AssertionRow = {
  source: string;
  severity: Severity | null;
  scan_action: ScanAction | null;
  tags: Tags;
  description: string;
  since: string;
  expires: string | null;
};

type EntryRow = EntryKey & {
  id: string;
  severity: Severity | null;
  scan_action: ScanAction | null;
  tags: Tags;
  sources: string[];
  expires: Date | null;
  assertions: AssertionRow[];
};

/** The stored entries among `keys`, with what every source says, by {@link keyOf}. */
export async function loadEntries(
  db: Executor,
  keys: readonly EntryKey[],
): Promise<Map<string, StoredEntry>> {
  const { rows } = await sql<EntryRow>`
    select e.id::text as id, e.type, e.value, e.severity, e.scan_action, e.tags, e.sources, e.expires,
      (select jsonb_agg(jsonb_build_object('source', a.source, 'severity', a.severity,
          'scan_action', a.scan_action, 'tags', a.tags, 'description', a.description,
          'since', a.since, 'expires', a.expires))
        from reputation_assertion a where a.entry = e.id) as assertions
    from jsonb_to_recordset(${jsonText(keys)}::jsonb) as k (type text, value text)
    join reputation_entry e on e.type = k.type collate "C" and e.value = k.value collate "C"
  `.execute(db);
  return new Map(rows.map((row) => [keyOf(row), storedEntry(row)]));
}

function storedEntry(row: EntryRow): StoredEntry {
  return {
    id: row.id,
    type: row.type,
    value: row.value,
    state: {
      severity: row.severity,
      scanAction: row.scan_action,
      tags: row.tags,
      sources: row.sources,
      expires: row.expires?.getTime() ?? null,
    },
    assertions: row.assertions.map(assertionState),
  };
}

export function assertionState(row: AssertionRow): AssertionState {
  return {
    source: row.source,
    severity: row.severity,
    scanAction: row.scan_action,
    tags: row.tags,
    description: row.description,
    since: Date.parse(row.since),
    expires: row.expires === null ? null : Date.parse(row.expires),
  };
}

/** Writes planned changes; returns the ids of entries that exist afterwards, by {@link keyOf}. */
export async function writeChanges(
  db: Executor,
  changes: readonly EntryChange[],
  revision: number,
  now: number,
): Promise<Map<string, string>> {
  const ids = await upsertEntries(db, changes, revision, now);
  await upsertAssertions(db, changes, ids);
  await deleteAssertions(db, changes);
  await deleteEntries(db, changes);
  return ids;
}

async function upsertEntries(
  db: Executor,
  changes: readonly EntryChange[],
  revision: number,
  now: number,
): Promise<Map<string, string>> {
  const records = changes.flatMap(({ type, value, after }) =>
    after === undefined ? [] : [{ type, value, ...after, expires: isoTime(after.expires) }],
  );
  if (records.length === 0) return new Map();
  const time = new Date(now);
  const { rows } = await sql<EntryKey & { id: string }>`
    insert into reputation_entry
      (type, value, severity, scan_action, sources, tags, created, modified, expires, revision)
    select r.type, r.value, r.severity, r."scanAction",
      array(select jsonb_array_elements_text(r.sources)), r.tags,
      ${time}, ${time}, r.expires, ${revision}
    from jsonb_to_recordset(${jsonText(records)}::jsonb) as r
      (type text, value text, severity text, "scanAction" text, sources jsonb, tags jsonb, expires timestamptz)
    on conflict (type, value) do update set
      severity = excluded.severity, scan_action = excluded.scan_action, sources = excluded.sources,
      tags = excluded.tags, modified = excluded.modified, expires = excluded.expires,
      revision = excluded.revision
    returning id::text as id, type, value
  `.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row.id]));
}

async function upsertAssertions(
  db: Executor,
  changes: readonly EntryChange[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const records = changes.flatMap((change) =>
    change.upserts.map((one) => ({
      ...one,
      entry: ids.get(keyOf(change)),
      since: isoTime(one.since),
      expires: isoTime(one.expires),
    })),
  );
  if (records.length === 0) return;
  await sql`
    insert into reputation_assertion
      (entry, source, severity, scan_action, tags, description, since, expires)
    select r.entry, r.source, r.severity, r."scanAction", r.tags, r.description, r.since, r.expires
    from jsonb_to_recordset(${jsonText(records)}::jsonb) as r
      (entry bigint, source text, severity text, "scanAction" text, tags jsonb, description text,
        since timestamptz, expires timestamptz)
    on conflict (entry, source) do update set
      severity = excluded.severity, scan_action = excluded.scan_action, tags = excluded.tags,
      description = excluded.description, expires = excluded.expires
  `.execute(db);
}

async function deleteAssertions(db: Executor, changes: readonly EntryChange[]): Promise<void> {
  const records = changes.flatMap(({ type, value, after, withdrawals }) =>
    after === undefined ? [] : withdrawals.map((source) => ({ type, value, source })),
  );
  if (records.length === 0) return;
  await sql`
    delete from reputation_assertion a
    using jsonb_to_recordset(${jsonText(records)}::jsonb) as r (type text, value text, source text),
      reputation_entry e
    where e.type = r.type collate "C" and e.value = r.value collate "C"
      and a.entry = e.id and a.source = r.source
  `.execute(db);
}

/** With their assertions, which go by cascade. */
async function deleteEntries(db: Executor, changes: readonly EntryChange[]): Promise<void> {
  const keys = changes.flatMap(({ type, value, after }) =>
    after === undefined ? [{ type, value }] : [],
  );
  if (keys.length === 0) return;
  await sql`
    delete from reputation_entry e
    using jsonb_to_recordset(${jsonText(keys)}::jsonb) as r (type text, value text)
    where e.type = r.type collate "C" and e.value = r.value collate "C"
  `.execute(db);
}

function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** When the next assertion expires; null when none ever does. */
export async function nextExpiry(db: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(expires) as at from reputation_assertion where expires is not null`.execute(db);
  return rows[0]?.at ?? null;
}

export type ExpiredAssertion = EntryKey & { source: string };

export async function expiredAssertions(
  db: Executor,
  now: Date,
  limit: number,
): Promise<ExpiredAssertion[]> {
  const { rows } = await sql<ExpiredAssertion>`
    select e.type, e.value, a.source
    from (select entry, source from reputation_assertion
      where expires <= ${now} order by expires limit ${limit}) a
    join reputation_entry e on e.id = a.entry`.execute(db);
  return rows;
}
