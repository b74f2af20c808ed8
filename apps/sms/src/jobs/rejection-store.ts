import type { JobId, JobRejection } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../database.ts";

/** Rows for each job; what comes after them is only counted. */
export const MOST_REJECTIONS = 100_000;

/** Counts all of them, and keeps those that still have room. The job is locked. */
export async function addRejections(
  db: Executor,
  job: JobId,
  noted: { count: number; first: readonly JobRejection[] },
): Promise<void> {
  if (noted.count === 0) return;
  const { rows } = await sql<{ total: number }>`
    update job set rejections = rejections + ${noted.count} where id = ${job}
    returning rejections as total`.execute(db);
  const before = (rows[0]?.total ?? noted.count) - noted.count;
  const kept = noted.first.slice(0, Math.max(0, MOST_REJECTIONS - before));
  if (kept.length === 0) return;
  await sql`
    insert into job_rejection (job, number, line, value, reason, remedy)
    select ${job}::uuid, ${before}::bigint + n, r.line, r.value, r.reason, r.remedy
    from rows from (jsonb_to_recordset(${jsonText(kept)}::jsonb) as
      (line bigint, value text, reason text, remedy text)) with ordinality
      as r (line, value, reason, remedy, n)`.execute(db);
}

export type NumberedRejection = JobRejection & { number: number };

/** In the order of their noting, after `number`. */
export async function listRejections(
  db: Executor,
  job: JobId,
  number: number,
  limit: number,
): Promise<NumberedRejection[]> {
  const { rows } = await sql<NumberedRejection>`
    select number, line, value, reason, remedy from job_rejection
    where job = ${job} and number > ${number} order by number limit ${limit}`.execute(db);
  return rows;
}

export async function countRejections(db: Executor, job: JobId): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from job_rejection where job = ${job}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Leaves those of the newest `kept` jobs of each kind and key. A feed that fails all day repeats itself. */
export async function deleteRepeatedRejections(db: Executor, kept: number): Promise<void> {
  await sql`
    delete from job_rejection where job in (
      select id from (
        select id, row_number() over (partition by kind, key order by created desc) as place
        from job where key is not null and finished is not null and rejections > 0) ranked
      where place > ${kept})`.execute(db);
}
