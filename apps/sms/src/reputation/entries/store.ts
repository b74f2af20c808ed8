import { type CopyInto, encodeCopyRow } from "@breakwater/postgres";
import type { EntryId, Tags } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import { keyOf, type StoredEntry } from "./change-plan.ts";
import { type EntryColumns, type EntryRecord, storedEntry } from "./entry-row.ts";
import type { EntryKey } from "./entry-state.ts";
import { type SourceNames, sourceNames } from "./source-names.ts";

export const ENTRY_COLUMNS = sql`e.id::text as id, e.type, e.value, e.severity, e.scan_action,
  e.sources, e.tags, e.assertions, e.held, e.expires, e.revision`;

/** The stored entries among `keys`, with what every source says, by {@link keyOf}. */
export async function loadEntries(
  db: Executor,
  keys: readonly EntryKey[],
  names: SourceNames,
): Promise<Map<string, StoredEntry>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<EntryColumns>`
    select ${ENTRY_COLUMNS}
    from unnest(${keys.map((key) => key.type)}::text[], ${keys.map((key) => key.value)}::text[])
      as k (type, value)
    join reputation_entry e on e.type = k.type collate "C" and e.value = k.value collate "C"
  `.execute(db);
  return new Map(rows.map((row) => [keyOf(row), storedEntry(row, names)]));
}

/** Inserts or replaces; answers the ids, by {@link keyOf}. */
export async function upsertEntries(
  db: Executor,
  writes: readonly EntryRecord[],
  now: Date,
): Promise<Map<string, string>> {
  if (writes.length === 0) return new Map();
  const { rows } = await sql<EntryKey & { id: string }>`
    insert into reputation_entry
      (type, value, severity, scan_action, sources, tags, assertions, held, created, modified,
        expires, due, revision)
    select r.type, r.value, r.severity, r."scanAction",
      array(select jsonb_array_elements_text(r.sources)::integer), r.tags, r.assertions, r.held,
      ${now}, ${now}, to_timestamp(r.expires / 1000.0), to_timestamp(r.due / 1000.0), r.revision
    from jsonb_to_recordset(${jsonText(writes)}::jsonb) as r
      (type text, value text, severity text, "scanAction" text, sources jsonb, tags jsonb,
        assertions jsonb, held boolean, expires bigint, due bigint, revision bigint)
    on conflict (type, value) do update set
      severity = excluded.severity, scan_action = excluded.scan_action, sources = excluded.sources,
      tags = excluded.tags, assertions = excluded.assertions, held = excluded.held,
      modified = excluded.modified, expires = excluded.expires, due = excluded.due,
      revision = excluded.revision
    returning id::text as id, type, value`.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row.id]));
}

/** `revision` last: it is not known before the counter is held. */
const COPIED = [
  "type",
  "value",
  "severity",
  "scan_action",
  "sources",
  "tags",
  "assertions",
  "held",
  "created",
  "modified",
  "expires",
  "due",
  "revision",
] as const;

/** Everything of a new entry but its revision, as COPY takes it. */
export function copyLine(one: Omit<EntryRecord, "revision">, now: Date): string {
  const time = now.toISOString();
  return encodeCopyRow([
    one.type,
    one.value,
    one.severity,
    one.scanAction,
    `{${one.sources.join(",")}}`,
    tagText(one.tags),
    jsonText(one.assertions),
    one.held,
    time,
    time,
    one.expires === null ? null : new Date(one.expires).toISOString(),
    one.due === null ? null : new Date(one.due).toISOString(),
  ]);
}

/** Entries of one import share their tags. */
const tagTexts = new WeakMap<Tags, string>();

function tagText(tags: Tags): string {
  const known = tagTexts.get(tags);
  if (known !== undefined) return known;
  const text = jsonText(tags);
  tagTexts.set(tags, text);
  return text;
}

/** Entries that are new for certain, many at once: lines of {@link copyLine}. */
export async function copyEntries(
  copy: CopyInto,
  lines: readonly string[],
  revision: number,
): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line) => `${line}\t${revision}`);
  await copy({ table: "reputation_entry", columns: COPIED }, rows);
}

/** Those of `keys` that are stored, by {@link keyOf}. */
export async function existingKeys(db: Executor, keys: readonly EntryKey[]): Promise<Set<string>> {
  const { rows } = await sql<EntryKey>`
    select e.type, e.value
    from unnest(${keys.map((key) => key.type)}::text[], ${keys.map((key) => key.value)}::text[])
      as k (type, value)
    join reputation_entry e on e.type = k.type collate "C" and e.value = k.value collate "C"
  `.execute(db);
  return new Set(rows.map(keyOf));
}

export async function deleteEntries(db: Executor, keys: readonly EntryKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from reputation_entry e
    using unnest(${keys.map((key) => key.type)}::text[], ${keys.map((key) => key.value)}::text[])
      as k (type, value)
    where e.type = k.type collate "C" and e.value = k.value collate "C"`.execute(db);
}

/** Entries behind an id (first: "0"), by id. */
export async function entriesAfter(
  db: Executor,
  after: string,
  limit: number,
): Promise<StoredEntry[]> {
  const { rows } = await sql<EntryColumns>`
    select ${ENTRY_COLUMNS} from reputation_entry e where e.id > ${after}::bigint
    order by e.id limit ${limit}`.execute(db);
  const names = await sourceNames(db);
  return rows.map((row) => storedEntry(row, names));
}

export async function entriesWithIds(
  db: Executor,
  ids: readonly EntryId[],
): Promise<StoredEntry[]> {
  const { rows } = await sql<EntryColumns>`
    select ${ENTRY_COLUMNS} from reputation_entry e where e.id = any(${ids}::bigint[])`.execute(db);
  const names = await sourceNames(db);
  return rows.map((row) => storedEntry(row, names));
}

/** When the next assertion expires; null when none ever does. */
export async function nextExpiry(db: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(due) as at from reputation_entry where due is not null`.execute(db);
  return rows[0]?.at ?? null;
}

/** Entries of which an assertion has ended, the earliest first. */
export async function dueEntries(
  db: Executor,
  now: Date,
  limit: number,
  names: SourceNames,
): Promise<StoredEntry[]> {
  const { rows } = await sql<EntryColumns>`
    select ${ENTRY_COLUMNS} from reputation_entry e
    where e.due <= ${now} order by e.due limit ${limit}`.execute(db);
  return rows.map((row) => storedEntry(row, names));
}
