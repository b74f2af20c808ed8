import { sql } from "kysely";
import type { Migration } from "../migrations/migration.ts";
import type { Db, Tx } from "./db.ts";

/** Include it in an application's migrations before anything that uses `nextRevision`. */
export const counterMigration: Migration = {
  id: "0000-counter",
  sql: "create table counter (name text primary key, value bigint not null);",
};

/**
 * Takes `n` revisions from a counter and returns the last of them: they are `last - n + 1 ... last`.
 * A reader that goes on from the highest revision it has seen misses nothing, because writers wait
 * for each other from here to commit (with a sequence they would not: a lower number may commit
 * later). So call it as late in the transaction as possible, once per batch.
 */
export async function nextRevision<Schema>(
  tx: Tx<Schema>,
  counterName: string,
  n = 1,
): Promise<number> {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`cannot take ${n} revisions`);
  const { rows } = await sql<{ value: number }>`
    insert into counter (name, value) values (${counterName}, ${n})
    on conflict (name) do update set value = counter.value + excluded.value
    returning value`.execute(tx);
  return valueOf(rows);
}

/** The last revision that was committed; 0 before the first. */
export async function currentRevision<Schema>(
  db: Db<Schema>,
  counterName: string,
): Promise<number> {
  const { rows } = await sql<{ value: number }>`
    select coalesce(max(value), 0) as value from counter where name = ${counterName}`.execute(db);
  return valueOf(rows);
}

function valueOf(rows: readonly { value: number }[]): number {
  const row = rows[0];
  if (row === undefined) throw new Error("the counter gave no value");
  return row.value;
}
