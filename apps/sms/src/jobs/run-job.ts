import { type Clock, type Log, SYSTEM_PRINCIPAL } from "@breakwater/platform";
import type { JobId, JobResult } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import type { JobChange } from "./change-job.ts";
import type { HeldJob, Interruption } from "./held-job.ts";
import { failureOf, retryAt } from "./job-failure.ts";
import { readInput } from "./job-input.ts";
import type { AnyJobKind, JobRun } from "./job-kind.ts";
import { findJob, type JobRow } from "./store.ts";

export type RunDeps = { db: Db; clock: Clock; log: Log; random: () => number };

/** Does the work of a job that was claimed, and stores how it ended. */
export async function runJob(
  deps: RunDeps,
  kind: AnyJobKind,
  claimed: { row: JobRow; owner: string; held: HeldJob },
): Promise<void> {
  const { row, owner, held } = claimed;
  const now = () => deps.clock.now();
  try {
    const run = jobRun(deps, row, held);
    const result =
      row.undo_of === null
        ? await kind.run(run)
        : await kind.undo(run, await undoneJob(deps.db, row.undo_of));
    await held.end(succeeded(kind, row, { owner, result, now: now() }));
  } catch (error) {
    const change = unsuccessful(deps, kind, { row, owner, error, why: held.interruption });
    if (change === undefined) await held.drop();
    else await held.end(change);
  }
}

function jobRun(deps: RunDeps, row: JobRow, held: HeldJob): JobRun<unknown, unknown> {
  return {
    id: row.id,
    by: { principal: { ...SYSTEM_PRINCIPAL, name: row.created_by }, source: "job" },
    params: row.params,
    checkpoint: row.checkpoint,
    signal: held.signal,
    log: deps.log.child({ job: row.id, kind: row.kind }),
    inputBytes: row.input_bytes,
    input: (from) => readInput(deps.db, row.id, from),
    reject: (rejected) => held.reject(rejected),
    progress: (done, total, note) => held.note(done, total, note),
    saveCheckpoint: (tx, checkpoint) => held.saveCheckpoint(tx, checkpoint),
  };
}

async function undoneJob(db: Db, id: JobId) {
  const row = await findJob(db, id);
  if (row === undefined) throw new Error("the job to take back is not there any more");
  return { id, checkpoint: row.checkpoint, result: row.result };
}

function succeeded(
  kind: AnyJobKind,
  row: JobRow,
  { owner, result, now }: { owner: string; result: JobResult; now: Date },
): JobChange {
  const facts = { result, error: null, ...undoOffer(kind, row, now) };
  return { input: { type: "succeed", owner }, now, facts };
}

function undoOffer({ undoWithinMs }: AnyJobKind, row: JobRow, now: Date): { undoUntil?: Date } {
  if (undoWithinMs === undefined || row.undo_of !== null) return {};
  return { undoUntil: new Date(now.getTime() + undoWithinMs) };
}

/** Undefined: the job is another one's, and what became of it is no longer ours to say. */
function unsuccessful(
  { clock, log, random }: RunDeps,
  kind: AnyJobKind,
  {
    row,
    owner,
    error,
    why,
  }: { row: JobRow; owner: string; error: unknown; why: Interruption | undefined },
): JobChange | undefined {
  const now = clock.now();
  switch (why) {
    case "lost":
      log.warn({ job: row.id, kind: row.kind }, "another process has taken a job over");
      return undefined;
    case "cancelled":
      return { input: { type: "stop", owner }, now, facts: undoOffer(kind, row, now) };
    case "stopping":
      return { input: { type: "release", owner, now: now.getTime() }, now };
    case undefined: {
      const failure = failureOf(error);
      log.warn({ err: error, job: row.id, requestId: failure.shown.requestId }, "a job failed");
      const at = retryAt({ failure, attempts: row.attempts + 1, retry: kind.retry, now, random });
      const facts = { error: failure.shown, ...(at === null ? undoOffer(kind, row, now) : {}) };
      return { input: { type: "fail", owner, retryAt: at }, now, facts };
    }
  }
}
