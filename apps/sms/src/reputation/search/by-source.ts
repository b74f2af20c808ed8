import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";

/** The names of all sources that assert anything, without reading every assertion. */
export async function assertingSources(db: Executor): Promise<string[]> {
  const { rows } = await sql<{ source: string }>`
    with recursive s (source) as (
      (select source from reputation_assertion order by source limit 1)
      union all
      select (select a.source from reputation_assertion a
        where a.source > s.source order by a.source limit 1)
      from s where s.source is not null)
    select source from s where source is not null`.execute(db);
  return rows.map(({ source }) => source);
}

export type AssertedEntry = EntryKey & { id: string };

/** Entries that `source` asserts, by rising id, after the id `after` (first: "0"). */
export async function assertedBy(
  db: Executor,
  source: string,
  after: string,
  limit: number,
): Promise<AssertedEntry[]> {
  const { rows } = await sql<AssertedEntry>`
    select e.id::text as id, e.type, e.value
    from reputation_assertion a join reputation_entry e on e.id = a.entry
    where a.source = ${source} and a.entry > ${after}::bigint
    order by a.entry limit ${limit}`.execute(db);
  return rows;
}
