import type { Clock } from "@breakwater/platform";
import { notify, transaction } from "@breakwater/postgres";
import { AppError, type Job, JobId } from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db, Tx } from "../database.ts";
import { JOBS_CHANNEL } from "./change-job.ts";
import { deleteInput } from "./input-store.ts";
import type { JobInput } from "./job-input.ts";
import type { JobKind, JobKinds } from "./job-kind.ts";
import { jobOf } from "./present-job.ts";
import {
  countWaiting,
  findJob,
  findLiveJob,
  insertJob,
  type JobRow,
  type NewJob,
} from "./store.ts";

/** Every further one is refused: so many are a fault of whoever starts them. */
const MOST_WAITING = 1_000;

export type JobDeps = { db: Db; clock: Clock; audit: Audit; kinds: JobKinds };

export type JobStart<Params> = {
  params: Params;
  by: Actor;
  /** From `storeInput`: the job's from now on, and gone when no job is started. */
  input?: JobInput;
  /** The job exists only if this transaction commits. */
  tx?: Tx;
};

/**
 * Starts a job, or answers the live one of the same key. Throws TooManyRequests when too many wait
 * already.
 */
export async function startJob<Params>(
  deps: JobDeps,
  kind: JobKind<Params>,
  { params, by, input, tx }: JobStart<Params>,
): Promise<{ job: Job; started: boolean }> {
  if (!deps.kinds.has(kind.kind)) throw new Error(`nothing runs jobs of the kind ${kind.kind}`);
  const wanted: NewJob = {
    id: input?.job ?? newJobId(),
    kind: kind.kind,
    ...kind.describe(params),
    params,
    unit: kind.unit,
    created: deps.clock.now(),
    createdBy: by.principal.name,
    inputBytes: input?.bytes ?? 0,
    undoOf: null,
  };
  const row = await transaction(tx ?? deps.db, async (inner) => {
    const queued = await enqueue(inner, wanted);
    if (queued.id === wanted.id) await auditStart(inner, deps.audit, wanted, by);
    return queued;
  }).catch(async (error: unknown) => {
    if (input !== undefined) await deleteInput(deps.db, input.job);
    throw error;
  });
  return { job: jobOf(row, deps.kinds, deps.clock.now()), started: row.id === wanted.id };
}

export function newJobId(): JobId {
  return JobId.parse(crypto.randomUUID());
}

/** Puts a job in the queue, or finds the live one of its key. */
export async function enqueue(tx: Tx, wanted: NewJob): Promise<JobRow> {
  if ((await countWaiting(tx)) >= MOST_WAITING) throw tooMany();
  while (!(await insertJob(tx, wanted))) {
    const live = wanted.key === null ? undefined : await findLiveJob(tx, wanted.kind, wanted.key);
    // It may have ended in between.
    if (live === undefined) continue;
    await deleteInput(tx, wanted.id);
    return live;
  }
  await notify(tx, JOBS_CHANNEL);
  const row = await findJob(tx, wanted.id);
  if (row === undefined) throw new Error("a job that was just stored is not there");
  return row;
}

/** What runs by itself, many times a day, is in the list of jobs; the audit log is about people. */
async function auditStart(tx: Tx, audit: Audit, job: NewJob, by: Actor): Promise<void> {
  if (by.principal.kind === "system") return;
  const { id, kind, title: object, params } = job;
  await audit(tx, { by, action: "job.start", object, after: { id, kind, params } });
}

function tooMany(): AppError {
  return new AppError(
    "TooManyRequests",
    `${MOST_WAITING} jobs wait already. Try again when some of them have run, or cancel some.`,
  );
}
