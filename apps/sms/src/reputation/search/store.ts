import type { EntryId, EntryType } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, isoOrNull } from "../../database.ts";
import { keyOf } from "../entries/change-plan.ts";
import { assertionState, type StateColumns, type StoredAssertion } from "../entries/entry-row.ts";
import type { AssertionState, EntryKey } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import { readTally } from "../entries/tally.ts";
import { keysSql } from "./keys-sql.ts";

export type EntryRow = StateColumns & {
  id: EntryId;
  created: Date;
  modified: Date;
  revision: number;
  held_reason: string | null;
};

/** The columns of {@link EntryRow}; `sort_id` is the number behind `id`. */
export const ENTRY_ROW = sql`e.id::text as id, e.id as sort_id, e.type, e.value, e.severity,
  e.scan_action, e.tags, e.sources, e.held, e.created, e.modified, e.expires, e.revision,
  case when e.held then e.assertions #>> '{0,held,reason}' end as held_reason`;

/** The entries with exactly these keys, in the order of the keys. */
export async function entriesAt(db: Executor, keys: readonly EntryKey[]): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select ${ENTRY_ROW} from reputation_entry e where ${keysSql(keys)}`.execute(db);
  const places = new Map(keys.map((key, at) => [keyOf(key), at]));
  const placeOf = (row: EntryRow) => places.get(keyOf(row)) ?? keys.length;
  return rows.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Events since `since` that an entry caused, to the day; and the last of them. */
export async function seenInEvents(
  db: Executor,
  { type, value }: EntryKey,
  since: Date,
): Promise<{ events: number; last: string | null }> {
  const { rows } = await sql<{ events: number; last: Date | null }>`
    select coalesce(sum(events), 0)::bigint as events, max(last) as last from event_entry
    where type = ${type} and value = ${value} and last >= ${since}`.execute(db);
  const { events = 0, last = null } = rows[0] ?? {};
  return { events, last: isoOrNull(last) };
}

export async function assertionsOf(db: Executor, id: EntryId): Promise<AssertionState[]> {
  const { rows } = await sql<Pick<EntryRow, "tags"> & { assertions: StoredAssertion[] }>`
    select tags, assertions from reputation_entry where id = ${id}::bigint`.execute(db);
  const [row] = rows;
  if (row === undefined) return [];
  const names = await sourceNames(db);
  return row.assertions.map((one) => assertionState(one, row.tags, names));
}

/** Who asserts these entries, held back or not, by {@link keyOf}. */
export async function sourcesOf(
  db: Executor,
  keys: readonly EntryKey[],
): Promise<Map<string, readonly string[]>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<EntryKey & { sources: number[] }>`
    select e.type, e.value, e.sources
    from unnest(${keys.map((key) => key.type)}::text[], ${keys.map((key) => key.value)}::text[])
      as k (type, value)
    join reputation_entry e on e.type = k.type collate "C" and e.value = k.value collate "C"`.execute(
    db,
  );
  const names = await sourceNames(db);
  return new Map(
    rows.map((row) => [keyOf(row), row.sources.map((id) => names.nameOf(Math.abs(id))).toSorted()]),
  );
}

/** `selected`: entries in the largest set; counting the union of all sets would read every member. */
export type EntryTotals = { total: number; selected: number };

export async function entryTotals(db: Executor): Promise<EntryTotals> {
  const byType = await readTally(db, "type");
  const { rows } = await sql<{ selected: number }>`
    select coalesce(max(count), 0) as selected from reputation_set where ready`.execute(db);
  const total = [...byType.values()].reduce((sum, n) => sum + n, 0);
  return { total, selected: rows[0]?.selected ?? 0 };
}

/** Entries that `source` asserts, by type. */
export async function countBySource(
  db: Executor,
  source: string,
): Promise<{ type: EntryType; n: number }[]> {
  const id = (await sourceNames(db)).findId(source);
  const { rows } = await sql<{ type: EntryType; n: number }>`
    select split_part(value, ' ', 2) as type, entries as n from reputation_tally
    where dimension = 'source' and split_part(value, ' ', 1) = ${String(id ?? "")}
      and entries > 0`.execute(db);
  return rows;
}
