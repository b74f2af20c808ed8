import type { EntryId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Db, Executor } from "../../database.ts";
import type { Condition } from "../sets/criteria-sql.ts";
import { MOST_GATHERED } from "./plan-search.ts";
import { ENTRY_ROW, type EntryRow } from "./store.ts";

export type Conditions = readonly Condition[];

/** All of them. */
export function allOf(conditions: Conditions): Condition {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}

/** What a query works with: the entries that an index finds, or undefined when they are too many. */
export type Gathered = { rows: EntryRow[]; matches: number };

type PageRow = EntryRow & { gathered: number; matches: number };

/**
 * Puts together what `indexed` finds, and of it gives the newest that `others` hold for, before
 * `before`. Undefined: more than {@link MOST_GATHERED} are to be looked at.
 */
export async function gatherEntries(
  db: Db,
  indexed: Conditions,
  others: Conditions,
  page: { before: string | undefined; limit: number },
): Promise<Gathered | undefined> {
  const before = page.before === undefined ? sql`true` : sql`e.id < ${page.before}::bigint`;
  const rows = await withIndexes(db, async (tx) => {
    const found = await sql<PageRow>`
      with ${foundSql(indexed)},
      matching as materialized (select e.* from found e where ${allOf(others)}),
      counted as (select (select count(*) from found) as gathered,
        (select count(*) from matching) as matches)
      select counted.gathered, counted.matches, p.* from counted left join lateral (
        select ${ENTRY_ROW} from matching e where ${before} order by e.id desc limit ${page.limit}
      ) p on true order by p.sort_id desc`.execute(tx);
    return found.rows;
  });
  const [first] = rows;
  if (first === undefined || first.gathered > MOST_GATHERED) return undefined;
  return { rows: rows.filter(({ id }) => id !== null), matches: first.matches };
}

/** The entries an index finds, one more than are gathered when there are more. */
export function foundSql(indexed: Conditions): Condition {
  return sql`found as materialized (
    select e.* from reputation_entry e where ${allOf(indexed)} limit ${MOST_GATHERED + 1})`;
}

/** Reads by index where there is one, however many rows the planner expects. */
export function withIndexes<T>(db: Db, read: (tx: Executor) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setAccessMode("read only")
    .execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      return read(tx);
    });
}

/** The ids between which entries lie; undefined: there are none. */
export async function idBounds(
  db: Executor,
): Promise<{ least: number; greatest: number } | undefined> {
  const { rows } = await sql<{ least: number | null; greatest: number | null }>`
    select min(id) as least, max(id) as greatest from reputation_entry`.execute(db);
  const { least = null, greatest = null } = rows[0] ?? {};
  return least === null || greatest === null ? undefined : { least, greatest };
}

/** Entries with ids from `from` up to below `below`, newest first. */
export async function walkEntries(
  db: Executor,
  conditions: Conditions,
  window: { from: number; below: number; limit: number },
): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select ${ENTRY_ROW} from reputation_entry e
    where e.id >= ${window.from} and e.id < ${window.below} and ${allOf(conditions)}
    order by e.id desc limit ${window.limit}`.execute(db);
  return rows;
}

/** How many of the entries with ids from `from` on there are, at most `bound`. */
export async function countFrom(
  db: Executor,
  conditions: Conditions,
  from: number,
  bound: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from reputation_entry e
      where e.id >= ${from} and ${allOf(conditions)} limit ${bound}) counted`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Clocks are set back now and then; entries of that time are looked at as well. */
const CLOCK_STEP_MS = 3_600_000;

/**
 * The first id from which on entries may have been added since `time`: ids rise with time, so that
 * it is found by halves.
 */
export async function firstIdSince(db: Executor, time: number): Promise<number> {
  const since = new Date(time - CLOCK_STEP_MS);
  const { rows } = await sql<{ id: number }>`
    with recursive halves (low, high) as (
      select coalesce(min(id), 0), coalesce(max(id), 0) + 1 from reputation_entry
      union all
      select case when m.created < ${since} then m.id + 1 else h.low end,
        case when m.created < ${since} then h.high else (h.low + h.high) / 2 end
      from halves h cross join lateral (
        select coalesce(max(e.id), h.high) as id, coalesce(max(e.created), 'infinity') as created
        from (select id, created from reputation_entry
          where id >= (h.low + h.high) / 2 order by id limit 1) e) m
      where h.low < h.high)
    select low as id from halves order by low desc limit 1`.execute(db);
  return rows[0]?.id ?? 0;
}

export async function entriesOf(db: Executor, ids: readonly EntryId[]): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select ${ENTRY_ROW} from reputation_entry e where e.id = any(${ids}::bigint[])
    order by e.id desc`.execute(db);
  return rows;
}
