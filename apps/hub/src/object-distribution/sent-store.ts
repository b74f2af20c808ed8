import { json } from "@breakwater/postgres";
import type {
  DistributedObjectState,
  DistributionTargetId,
  HubObjectType,
  Severity,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { literalPattern } from "../clean-text.ts";
import type { HubDb, HubTx } from "../database.ts";
import type { SentObject } from "./sent-object.ts";

export type SentKey = { type: HubObjectType; value: string };

type SentRow = Omit<SentObject, "expires" | "nextTry" | "sent"> & {
  riskLevel: Severity;
  expires: Date | null;
  nextTry: Date;
  sent: Date | null;
};

const COLUMNS = sql.raw(
  `d.type, d.value, d.risk_level as "riskLevel", d.expires, d.wanted, d.version, d.settled,
   d.attempted, d.attempts, d.next_try as "nextTry", d.error, d.sent`,
);

function toSentObject(row: SentRow): SentObject {
  return {
    ...row,
    expires: row.expires?.getTime() ?? null,
    nextTry: row.nextTry.getTime(),
    sent: row.sent?.getTime() ?? null,
  };
}

export async function lockSent(
  tx: HubTx,
  target: DistributionTargetId,
  keys: readonly SentKey[],
): Promise<SentObject[]> {
  const { rows } = await sql<SentRow>`
    select ${COLUMNS} from distributed_object d
    join jsonb_to_recordset(${json(keys)}) k(type text, value text)
      on d.type = k.type and d.value = k.value
    where d.target_id = ${target} order by d.type, d.value for update of d`.execute(tx);
  return rows.map(toSentObject);
}

/** What waits and is not in a pause, longest first. */
export async function lockDue(
  tx: HubTx,
  target: DistributionTargetId,
  now: Date,
  limit: number,
): Promise<SentObject[]> {
  const { rows } = await sql<SentRow>`
    select ${COLUMNS} from distributed_object d
    where d.target_id = ${target} and not d.settled and d.next_try <= ${now}
    order by d.next_try limit ${limit} for update of d`.execute(tx);
  return rows.map(toSentObject);
}

/** Objects that the target is to have, and that the list has forgotten without a trace. */
export async function lockForgotten(
  tx: HubTx,
  target: DistributionTargetId,
  limit: number,
): Promise<SentObject[]> {
  const { rows } = await sql<SentRow>`
    select ${COLUMNS} from distributed_object d
    where d.target_id = ${target} and d.wanted and not exists (
      select 1 from suspicious_object o where o.type = d.type and o.value = d.value
    )
    order by d.type, d.value limit ${limit} for update of d`.execute(tx);
  return rows.map(toSentObject);
}

export async function writeSent(
  tx: HubTx,
  target: DistributionTargetId,
  objects: readonly SentObject[],
): Promise<void> {
  if (objects.length === 0) return;
  const rows = objects.map((object) => ({
    ...object,
    expires: timeText(object.expires),
    nextTry: timeText(object.nextTry),
    sent: timeText(object.sent),
  }));
  await sql`
    insert into distributed_object (target_id, type, value, risk_level, expires, wanted, version,
      settled, attempted, attempts, next_try, error, sent)
    select ${target}::uuid, n.type, n.value, n."riskLevel", n.expires, n.wanted, n.version,
      n.settled, n.attempted, n.attempts, n."nextTry", n.error, n.sent
    from jsonb_to_recordset(${json(rows)}) n(type text, value text, "riskLevel" text,
      expires timestamptz, wanted boolean, version integer, settled boolean, attempted boolean,
      attempts integer, "nextTry" timestamptz, error text, sent timestamptz)
    on conflict (target_id, type, value) do update set risk_level = excluded.risk_level,
      expires = excluded.expires, wanted = excluded.wanted, version = excluded.version,
      settled = excluded.settled, attempted = excluded.attempted, attempts = excluded.attempts,
      next_try = excluded.next_try, error = excluded.error, sent = excluded.sent`.execute(tx);
}

export async function removeSent(
  tx: HubTx,
  target: DistributionTargetId,
  keys: readonly SentKey[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    delete from distributed_object d using jsonb_to_recordset(${json(keys)}) k(type text, value text)
    where d.target_id = ${target} and d.type = k.type and d.value = k.value`.execute(tx);
}

/** Another server: nothing is known about it. */
export async function removeAllSent(tx: HubTx, target: DistributionTargetId): Promise<void> {
  await sql`delete from distributed_object where target_id = ${target}`.execute(tx);
}

/** Everything the target has is sent once more, e.g. with other tags. */
export async function sendAllAgain(
  tx: HubTx,
  target: DistributionTargetId,
  now: Date,
): Promise<void> {
  await sql`
    update distributed_object set settled = false, version = version + 1, next_try = ${now}
    where target_id = ${target} and wanted`.execute(tx);
}

/** Ends the pause of refused objects: the named ones, or all. Answers how many. */
export async function retryRefused(
  tx: HubTx,
  target: DistributionTargetId,
  keys: readonly SentKey[] | undefined,
  now: Date,
): Promise<number> {
  const named =
    keys === undefined
      ? sql`true`
      : sql`(type, value) in (select k.type, k.value
          from jsonb_to_recordset(${json(keys)}) k(type text, value text))`;
  const { rows } = await sql`
    update distributed_object set next_try = ${now}, attempts = 0
    where target_id = ${target} and not settled and error is not null and ${named}
    returning 1 as one`.execute(tx);
  return rows.length;
}

/** Forgets objects that were deleted there before `before`. */
export async function purgeDeleted(db: HubDb, before: Date): Promise<void> {
  await sql`
    delete from distributed_object
    where settled and not wanted and sent < ${before}`.execute(db);
}

export type SentListing = {
  target: DistributionTargetId;
  q: string | undefined;
  state: DistributedObjectState | undefined;
};

function conditionOf({ target, q, state }: SentListing) {
  return sql<boolean>`d.target_id = ${target}
    and ${q === undefined ? sql`true` : sql`d.value ilike ${`%${literalPattern(q.trim())}%`}`}
    and ${state === undefined ? sql`true` : CONDITIONS[state]}`;
}

const CONDITIONS = {
  waiting: sql`not d.settled and d.error is null`,
  refused: sql`not d.settled and d.error is not null`,
  sent: sql`d.settled and d.wanted`,
  deleted: sql`d.settled and not d.wanted`,
} as const;

export async function listSent(
  db: HubDb,
  listing: SentListing,
  after: SentKey | undefined,
  limit: number,
): Promise<SentObject[]> {
  const from =
    after === undefined ? sql`true` : sql`(d.type, d.value) > (${after.type}, ${after.value})`;
  const { rows } = await sql<SentRow>`
    select ${COLUMNS} from distributed_object d where ${conditionOf(listing)} and ${from}
    order by d.type, d.value limit ${limit}`.execute(db);
  return rows.map(toSentObject);
}

/** Counts up to `most`. */
export async function countSent(
  db: HubDb,
  listing: SentListing,
  most: number,
): Promise<{ value: number; exact: boolean }> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from distributed_object d where ${conditionOf(listing)} limit ${most + 1}
    ) found`.execute(db);
  const count = rows[0]?.count ?? 0;
  return { value: Math.min(count, most), exact: count <= most };
}

function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
