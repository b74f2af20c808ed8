import { sql } from "kysely";
import type { Db, Executor } from "../database.ts";

const DAY = 86_400_000;
const DAYS_AHEAD = 3;
/** Any number, as long as only partition upkeep uses it. */
const LOCK = 4_115_902_337;

/** Makes the daily partitions from yesterday to three days ahead; safe from several processes. */
export async function createPartitions(db: Db, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    for (let day = -1; day <= DAYS_AHEAD; day += 1) {
      const from = startOfDay(now.getTime() + day * DAY);
      const to = new Date(from.getTime() + DAY);
      await sql`
        create table if not exists ${sql.table(partitionName(from))} partition of event
        for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(
        tx,
      );
    }
  });
}

/** Drops partitions whose days all lie before `before`; returns how many. */
export async function dropPartitions(db: Executor, before: Date): Promise<number> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'event'::regclass and c.relname < ${partitionName(before)}`.execute(db);
  for (const { name } of rows) await sql`drop table ${sql.table(name)}`.execute(db);
  return rows.length;
}

function startOfDay(time: number): Date {
  return new Date(Math.floor(time / DAY) * DAY);
}

function partitionName(day: Date): string {
  return `event_${day.toISOString().slice(0, 10).replaceAll("-", "")}`;
}
