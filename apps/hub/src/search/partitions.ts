import { transaction } from "@breakwater/postgres";
import { sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

const DAY_MS = 86_400_000;
/** Ahead, so that intake goes on for a week if the job fails. */
const DAYS_AHEAD = 7;
const PREFIX = "detection_";
/** Any number that nothing else locks. */
const LOCK = 4_771_002;

/** Makes the partitions from yesterday to a week ahead, and drops those past retention. */
export async function keepPartitions(
  db: HubDb,
  now: Date,
  retentionDays: number,
): Promise<{ created: string[]; dropped: string[] }> {
  return await transaction(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const existing = await readPartitions(tx);
    const today = Math.floor(now.getTime() / DAY_MS);
    const wanted = Array.from({ length: DAYS_AHEAD + 2 }, (_, i) => nameOf(today - 1 + i));
    const created = wanted.filter((name) => !existing.includes(name));
    const oldest = nameOf(today - retentionDays);
    // Names sort like dates.
    const dropped = existing.filter((name) => name < oldest);
    for (const name of created) await createPartition(tx, name);
    for (const name of dropped) await sql`drop table ${sql.table(name)}`.execute(tx);
    await sql`
      delete from detection_hour where hour < ${new Date((today - retentionDays) * DAY_MS)}`.execute(
      tx,
    );
    return { created, dropped };
  });
}

async function readPartitions(tx: HubTx): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'detection'::regclass order by 1`.execute(tx);
  return rows.map(({ name }) => name);
}

async function createPartition(tx: HubTx, name: string): Promise<void> {
  const from = Date.parse(`${name.slice(-8, -4)}-${name.slice(-4, -2)}-${name.slice(-2)}`);
  const [start, end] = [from, from + DAY_MS].map((time) => sql.lit(new Date(time).toISOString()));
  await sql`
    create table ${sql.table(name)} partition of detection for values from (${start}) to (${end})`.execute(
    tx,
  );
}

function nameOf(day: number): string {
  return `${PREFIX}${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "")}`;
}
