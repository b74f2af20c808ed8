import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import { keyOf } from "../entries/change-plan.ts";
import type { AssertionState, EntryKey } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import { loadEntries } from "../entries/store.ts";
import { readTally } from "../entries/tally.ts";

/** The names of all sources that assert anything now. */
export async function assertingSources(db: Executor): Promise<string[]> {
  const names = await sourceNames(db);
  const ids = [...(await readTally(db, "source")).keys()].map((key) => Number(key.split(" ")[0]));
  return [...new Set(ids)].map((id) => names.nameOf(id)).toSorted();
}

export type AssertedEntry = EntryKey & { id: string };

/** Of so many entries at most it is looked at a time whether the source asserts them. */
const WIDEST_WINDOW = 65_536;

/**
 * Up to `limit` of the entries that `source` asserts, held back or not, by rising id, after the id
 * `after` (first: "0"). Entries are walked in their order: put together by source, all of them would
 * be sorted for every part.
 */
export async function assertedBy(
  db: Executor,
  source: string,
  after: string,
  limit: number,
): Promise<AssertedEntry[]> {
  const id = (await sourceNames(db)).findId(source);
  if (id === undefined) return [];
  let from = after;
  for (let window = limit; ; window = Math.min(window * 2, WIDEST_WINDOW)) {
    const { rows } = await sql<{ reached: string | null } & AssertedEntry>`
      with walked as materialized (
        select e.id, e.type, e.value, e.sources from reputation_entry e
        where e.id > ${from}::bigint order by e.id limit ${window}),
      found as (select w.id::text as id, w.id as place, w.type, w.value from walked w
        where w.sources && array[${id}, ${-id}]::integer[] order by w.id limit ${limit})
      select r.reached, f.id, f.type, f.value
      from (select max(id)::text as reached from walked) r left join found f on true
      order by f.place`.execute(db);
    const [first] = rows;
    if (first === undefined || first.reached === null) return [];
    const found = rows.filter((row) => row.id !== null);
    if (found.length > 0)
      return found.map(({ id: place, type, value }) => ({ id: place, type, value }));
    from = first.reached;
  }
}

/** The same with what it says. */
export async function assertionsBy(
  db: Executor,
  source: string,
  after: string,
  limit: number,
): Promise<(AssertedEntry & { assertion: AssertionState })[]> {
  const entries = await assertedBy(db, source, after, limit);
  const stored = await loadEntries(db, entries, await sourceNames(db));
  return entries.flatMap((entry) => {
    const assertion = stored.get(keyOf(entry))?.assertions.find((one) => one.source === source);
    return assertion === undefined ? [] : [{ ...entry, assertion }];
  });
}

/** Entries that a source asserts, held back or not. */
export type SourceTotals = { entries: number; held: number; byType: Record<string, number> };

/** Of every source that asserts anything, by its number. */
export async function sourceTotals(db: Executor): Promise<Map<number, SourceTotals>> {
  const [counts, held] = await Promise.all([readTally(db, "source"), readTally(db, "source-held")]);
  const totals = new Map<number, SourceTotals>();
  for (const [key, entries] of counts) {
    const [id = "", type = ""] = key.split(" ");
    const known = totals.get(Number(id)) ?? { entries: 0, held: held.get(id) ?? 0, byType: {} };
    known.entries += entries;
    known.byType[type] = entries;
    totals.set(Number(id), known);
  }
  return totals;
}
