import type { JobError, JobId, JobProgress, JobResult, JobState } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../database.ts";
import type { JobLife } from "./job-step.ts";

export type JobRow = {
  id: JobId;
  kind: string;
  title: string;
  params: unknown;
  state: JobState;
  progress: JobProgress;
  checkpoint: unknown;
  result: JobResult | null;
  error: JobError | null;
  created: Date;
  created_by: string;
  started: Date | null;
  finished: Date | null;
  run_after: Date;
  attempts: number;
  takeovers: number;
  lease_owner: string | null;
  lease_until: Date | null;
  cancel_requested: Date | null;
  undo_of: JobId | null;
  undone_by: JobId | null;
  undo_until: Date | null;
  rejections: number;
  input_bytes: number;
};

const JOB = sql`
  id, kind, title, params, state, progress, checkpoint, result, error, created, created_by, started,
  finished, run_after, attempts, takeovers, lease_owner, lease_until, cancel_requested, undo_of,
  undone_by, undo_until, rejections, input_bytes from job`;

export function lifeOf(row: JobRow): JobLife {
  const { lease_owner: owner, lease_until: until } = row;
  return {
    state: row.state,
    runAfter: row.run_after.getTime(),
    lease: owner === null || until === null ? null : { owner, until: until.getTime() },
    cancelRequested: row.cancel_requested !== null,
    attempts: row.attempts,
    takeovers: row.takeovers,
  };
}

export type NewJob = {
  id: JobId;
  kind: string;
  key: string | null;
  title: string;
  params: unknown;
  unit: string;
  created: Date;
  createdBy: string;
  inputBytes: number;
  undoOf: JobId | null;
};

/** False: there is a live job of this kind and key. */
export async function insertJob(db: Executor, job: NewJob): Promise<boolean> {
  const progress: JobProgress = { done: 0, total: null, unit: job.unit, note: "" };
  const { rows } = await sql`
    insert into job (id, kind, key, title, params, state, progress, created, created_by, run_after,
      undo_of, input_bytes)
    values (${job.id}, ${job.kind}, ${job.key}, ${job.title}, ${jsonText(job.params)}::jsonb, 'queued',
      ${jsonText(progress)}::jsonb, ${job.created}, ${job.createdBy}, ${job.created}, ${job.undoOf},
      ${job.inputBytes})
    on conflict (kind, key) where state in ('queued', 'running') do nothing
    returning id`.execute(db);
  return rows.length > 0;
}

export async function findJob(db: Executor, id: JobId): Promise<JobRow | undefined> {
  const { rows } = await sql<JobRow>`select ${JOB} where id = ${id}`.execute(db);
  return rows[0];
}

/** Locked to the end of the transaction. */
export async function lockJob(db: Executor, id: JobId): Promise<JobRow | undefined> {
  const { rows } = await sql<JobRow>`select ${JOB} where id = ${id} for update`.execute(db);
  return rows[0];
}

export async function findLiveJob(
  db: Executor,
  kind: string,
  key: string,
): Promise<JobRow | undefined> {
  const { rows } = await sql<JobRow>`select ${JOB}
    where kind = ${kind} and key = ${key} and state in ('queued', 'running')`.execute(db);
  return rows[0];
}

/** Live jobs of a kind by their key. */
export async function liveJobs(db: Executor, kind: string): Promise<Map<string, JobId>> {
  const { rows } = await sql<{ key: string; id: JobId }>`
    select key, id from job
    where kind = ${kind} and key is not null and state in ('queued', 'running')`.execute(db);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/** The one that waits longest of those that can be claimed and nobody else is claiming; locked. */
export async function lockClaimable(
  db: Executor,
  kinds: readonly string[],
  now: Date,
): Promise<JobRow | undefined> {
  const { rows } = await sql<JobRow>`select ${JOB}
    where kind = any(${kinds}::text[]) and (state = 'queued' and run_after <= ${now}
      or state = 'running' and lease_until <= ${now})
    order by run_after limit 1 for update skip locked`.execute(db);
  return rows[0];
}

export type LifeFacts = {
  started?: Date;
  finished?: Date;
  result?: JobResult;
  /** Null takes it away. */
  error?: JobError | null;
  undoUntil?: Date;
};

export async function saveLife(
  db: Executor,
  id: JobId,
  life: JobLife,
  facts: LifeFacts = {},
): Promise<void> {
  const { started, finished, result, error, undoUntil } = facts;
  await sql`
    update job set state = ${life.state}, run_after = ${new Date(life.runAfter)},
      lease_owner = ${life.lease?.owner ?? null},
      lease_until = ${life.lease === null ? null : new Date(life.lease.until)},
      attempts = ${life.attempts}, takeovers = ${life.takeovers},
      started = coalesce(started, ${started ?? null}), finished = ${finished ?? null},
      result = ${result === undefined ? null : jsonText(result)}::jsonb,
      error = ${error === undefined ? sql`error` : sql`${error === null ? null : jsonText(error)}::jsonb`},
      undo_until = ${undoUntil ?? null}
    where id = ${id}`.execute(db);
}

export async function saveError(db: Executor, id: JobId, error: JobError): Promise<void> {
  await sql`update job set error = ${jsonText(error)}::jsonb where id = ${id}`.execute(db);
}

export async function saveProgress(db: Executor, id: JobId, progress: JobProgress): Promise<void> {
  await sql`update job set progress = ${jsonText(progress)}::jsonb where id = ${id}`.execute(db);
}

export async function saveCheckpoint(db: Executor, id: JobId, checkpoint: unknown): Promise<void> {
  await sql`update job set checkpoint = ${jsonText(checkpoint)}::jsonb where id = ${id}`.execute(
    db,
  );
}

export async function requestCancel(db: Executor, id: JobId, at: Date, by: string): Promise<void> {
  await sql`update job set cancel_requested = ${at}, cancel_requested_by = ${by}
    where id = ${id}`.execute(db);
}

/** Which job takes this one back; null: none does. */
export async function setUndoneBy(db: Executor, id: JobId, undo: JobId | null): Promise<void> {
  await sql`update job set undone_by = ${undo} where id = ${id}`.execute(db);
}

export async function countWaiting(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from job where state = 'queued'`.execute(db);
  return rows[0]?.n ?? 0;
}

export type JobFilter = { kind?: string | undefined; state?: JobState | undefined };
export type JobCursor = { created: Date; id: JobId };

function conditions({ kind, state }: JobFilter) {
  return sql`${kind === undefined ? sql`true` : sql`kind = ${kind}`}
    and ${state === undefined ? sql`true` : sql`state = ${state}`}`;
}

/** Newest first, after `cursor`. */
export async function listJobs(
  db: Executor,
  filter: JobFilter,
  cursor: JobCursor | undefined,
  limit: number,
): Promise<JobRow[]> {
  const after =
    cursor === undefined ? sql`true` : sql`(created, id) < (${cursor.created}, ${cursor.id})`;
  const { rows } = await sql<JobRow>`select ${JOB} where ${conditions(filter)} and ${after}
    order by created desc, id desc limit ${limit}`.execute(db);
  return rows;
}

/** At most `bound`: counting stops there. */
export async function countJobs(db: Executor, filter: JobFilter, bound: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from job where ${conditions(filter)} limit ${bound}) counted`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Deletes at most `limit` jobs that ended before `before`, or are not among the `kept` newest that ended. */
export async function deleteEnded(
  db: Executor,
  before: Date,
  kept: number,
  limit: number,
): Promise<number> {
  const { rows } = await sql`
    delete from job where id in (
      select id from job where finished < ${before}
        or finished < (select finished from job where finished is not null
          order by finished desc offset ${kept} limit 1)
      limit ${limit})
    returning id`.execute(db);
  return rows.length;
}
