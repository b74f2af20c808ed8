import { CoverIndex } from "@breakwater/reputation-set";
import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { StoredEntry } from "../entries/change-plan.ts";
import { type EntryColumns, storedEntry } from "../entries/entry-row.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import { ENTRY_COLUMNS } from "../entries/store.ts";
import { liftedSql } from "../search/lifted-sql.ts";

const PAGE = 2000;

/** The entries that any of these values covers, by id; a page may be empty. */
export async function* coveredPages(
  db: Executor,
  keys: readonly EntryKey[],
): AsyncGenerator<StoredEntry[]> {
  const near = liftedSql(keys);
  if (near === undefined) return;
  const covers = coverOf(keys);
  const names = await sourceNames(db);
  let after = "0";
  for (;;) {
    const { rows } = await sql<EntryColumns>`
      with near as materialized (select e.* from reputation_entry e where ${near})
      select ${ENTRY_COLUMNS} from near e where e.id > ${after}::bigint
      order by e.id limit ${PAGE}`.execute(db);
    yield rows.filter(covers).map((row) => storedEntry(row, names));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

function coverOf(keys: readonly EntryKey[]): (entry: EntryKey) => boolean {
  const index = new CoverIndex(keys.map((key) => ({ ...key, item: true })));
  return ({ type, value }) => index.covering(type, value).length > 0;
}

/** Of `entries`, those that `key` covers. */
export function coveredOf<T extends EntryKey>(key: EntryKey, entries: readonly T[]): T[] {
  return entries.filter(coverOf([key]));
}

/** How many entries a value covers, counted up to `bound`. */
export async function countCovered(db: Executor, key: EntryKey, bound: number): Promise<number> {
  const near = liftedSql([key]);
  if (near === undefined) return 0;
  const { rows } = await sql<EntryKey>`
    select e.type, e.value from reputation_entry e where ${near} limit ${bound}`.execute(db);
  return coveredOf(key, rows).length;
}
