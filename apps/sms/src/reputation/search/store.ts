import type { EntryId, EntryType, Severity } from "@breakwater/protocol";
import { refang } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { type Executor, likeLiteral } from "../../database.ts";
import { keyOf } from "../entries/change-plan.ts";
import { assertionState, type StateColumns, type StoredAssertion } from "../entries/entry-row.ts";
import type { AssertionState, EntryKey } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import { readTally } from "../entries/tally.ts";

export type EntryRow = StateColumns & {
  id: EntryId;
  created: Date;
  modified: Date;
  revision: number;
};

export type EntryQuery = {
  q?: string | undefined;
  type?: EntryType | undefined;
  severity?: Severity | undefined;
  source?: string | undefined;
};

/** Substrings shorter than this find nothing useful and would read everything. */
const SHORTEST_SUBSTRING = 3;

function conditions(query: EntryQuery) {
  const all = [
    query.type === undefined ? undefined : sql`e.type = ${query.type}`,
    query.severity === undefined ? undefined : sql`e.severity = ${query.severity}`,
    query.source === undefined ? undefined : assertedBySql(query.source),
    query.q === undefined ? undefined : wordCondition(query.q),
  ].filter((one) => one !== undefined);
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `);
}

/** Held back or not. */
function assertedBySql(source: string) {
  return sql`e.sources && array(select unnest(array[id, -id]) from reputation_source
    where name = ${source})`;
}

/** As people paste it: defanged, with a scheme, in any case. */
function wordCondition(q: string) {
  const word = refang(q).replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const literal = likeLiteral(word);
  // Short words find by prefix, which needs no word index.
  return word.length < SHORTEST_SUBSTRING
    ? sql`e.value like ${`${literal.toLowerCase()}%`}`
    : sql`e.value ilike ${`%${literal}%`}`;
}

const COLUMNS = sql`e.id::text as id, e.type, e.value, e.severity, e.scan_action, e.tags, e.sources,
  e.held, e.created, e.modified, e.expires, e.revision`;

/** Newest first, before the entry with id `before`. */
export async function searchEntries(
  db: Executor,
  query: EntryQuery,
  before: string | undefined,
  limit: number,
): Promise<EntryRow[]> {
  const after = before === undefined ? sql`true` : sql`e.id < ${before}::bigint`;
  const { rows } = await sql<EntryRow>`
    select ${COLUMNS} from reputation_entry e where ${conditions(query)} and ${after}
    order by e.id desc limit ${limit}`.execute(db);
  return rows;
}

export async function countEntries(
  db: Executor,
  query: EntryQuery,
  bound: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from reputation_entry e where ${conditions(query)} limit ${bound}) counted`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

export async function findEntries(db: Executor, ids: readonly EntryId[]): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select ${COLUMNS} from reputation_entry e where e.id = any(${ids}::bigint[])`.execute(db);
  return rows;
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
