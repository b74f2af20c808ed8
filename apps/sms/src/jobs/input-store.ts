import type { JobId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";

/** Length of every part but the last, in bytes. */
export const PART_BYTES = 256 * 1024;

export async function insertPart(
  db: Executor,
  job: JobId,
  part: { number: number; bytes: Buffer; stored: Date },
): Promise<void> {
  await sql`insert into job_input (job, part, bytes, stored)
    values (${job}, ${part.number}, ${part.bytes}, ${part.stored})`.execute(db);
}

export async function readPart(
  db: Executor,
  job: JobId,
  number: number,
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ bytes: Buffer }>`
    select bytes from job_input where job = ${job} and part = ${number}`.execute(db);
  return rows[0]?.bytes;
}

export async function deleteInput(db: Executor, job: JobId): Promise<void> {
  await sql`delete from job_input where job = ${job}`.execute(db);
}

/** Bytes that uploads of jobs take up. */
export async function storedBytes(db: Executor): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(j.input_bytes), 0)::bigint as bytes from job j
    where j.input_bytes > 0 and exists (select 1 from job_input i where i.job = j.id)`.execute(db);
  return rows[0]?.bytes ?? 0;
}

/**
 * Uploads of jobs that ended before `ended`, and what was stored before `abandoned` for a job that never
 * came to be.
 */
export async function deleteOldInputs(db: Executor, ended: Date, abandoned: Date): Promise<void> {
  await sql`delete from job_input i using job j where j.id = i.job and j.finished < ${ended}`.execute(
    db,
  );
  await sql`delete from job_input i where i.stored < ${abandoned}
    and not exists (select 1 from job j where j.id = i.job)`.execute(db);
}
