import { sql } from "kysely";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";

/** `revision`: the last change of the entry that a set may have felt. */
export type Removal = EntryKey & { revision: number };

/** Notes entries that are no longer, so that devices which were away learn of it. */
export async function writeRemovals(
  db: Executor,
  removals: readonly Removal[],
  at: Date,
): Promise<void> {
  if (removals.length === 0) return;
  await sql`
    insert into reputation_removal (type, value, revision, removed)
    select k.type, k.value, k.revision, ${at}::timestamptz
    from unnest(${removals.map((one) => one.type)}::text[],
      ${removals.map((one) => one.value)}::text[],
      ${removals.map((one) => one.revision)}::bigint[]) as k (type, value, revision)
    on conflict (type, value) do update set
      revision = excluded.revision, removed = excluded.removed`.execute(db);
}

/** They are back, and say so themselves. */
export async function forgetRemovalsOf(db: Executor, keys: readonly EntryKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from reputation_removal r
    using unnest(${keys.map((key) => key.type)}::text[], ${keys.map((key) => key.value)}::text[])
      as k (type, value)
    where exists (select 1 from reputation_removal)
      and r.type = k.type collate "C" and r.value = k.value collate "C"`.execute(db);
}

/** Forgets removals older than `before`; devices that were away longer fetch the whole set. */
export async function forgetRemovals(db: Executor, before: Date): Promise<number> {
  const { rows } = await sql<{ removed: number }>`
    with gone as (
      delete from reputation_removal where removed < ${before} returning revision
    ), noted as (
      update reputation_set set forgotten = greatest(forgotten, (select max(revision) from gone))
      where exists (select 1 from gone)
      returning id
    )
    select (select count(*) from gone)::integer as removed, (select count(*) from noted) as noted
  `.execute(db);
  return rows[0]?.removed ?? 0;
}
