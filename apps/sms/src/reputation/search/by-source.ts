import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import { readTally } from "../entries/tally.ts";

/** The names of all sources that assert anything now. */
export async function assertingSources(db: Executor): Promise<string[]> {
  const names = await sourceNames(db);
  const ids = [...(await readTally(db, "source")).keys()].map((key) => Number(key.split(" ")[0]));
  return [...new Set(ids)].map((id) => names.nameOf(id)).toSorted();
}

export type AssertedEntry = EntryKey & { id: string };

/** Entries that `source` asserts, held back or not, by rising id, after the id `after` (first: "0"). */
export async function assertedBy(
  db: Executor,
  source: string,
  after: string,
  limit: number,
): Promise<AssertedEntry[]> {
  const id = (await sourceNames(db)).findId(source);
  if (id === undefined) return [];
  const { rows } = await sql<AssertedEntry>`
    select e.id::text as id, e.type, e.value from reputation_entry e
    where e.sources && array[${id}, ${-id}]::integer[] and e.id > ${after}::bigint
    order by e.id limit ${limit}`.execute(db);
  return rows;
}
