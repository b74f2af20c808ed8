import { authorize } from "@breakwater/platform";
import { notify, transaction } from "@breakwater/postgres";
import { AppError, type Job, type JobId } from "@breakwater/protocol";
import type { Actor } from "../audit.ts";
import { changeLockedJob, hasEnded, JOBS_CHANNEL } from "./change-job.ts";
import { jobOf } from "./present-job.ts";
import type { JobDeps } from "./start-job.ts";
import { findJob, lockJob, requestCancel } from "./store.ts";

export function jobNotFound(): AppError {
  return new AppError("NotFound", "There is no such job. Jobs are kept for 90 days.");
}

/**
 * Cancels a job that waits; asks one that runs to stop, which it does at its next checkpoint. Throws
 * NotFound, PermissionDenied, or Conflict when it has ended.
 */
export async function cancelJob(deps: JobDeps, id: JobId, by: Actor): Promise<Job> {
  const { db, clock, audit, kinds } = deps;
  return transaction(db, async (tx) => {
    const now = clock.now();
    const row = await lockJob(tx, id);
    if (row === undefined) throw jobNotFound();
    authorize(kinds.get(row.kind)?.permission ?? "jobs:write", by.principal);
    if (hasEnded(row)) throw new AppError("Conflict", `The job has ${row.state} already.`);
    if (row.cancel_requested === null) {
      await requestCancel(tx, id, now, by.principal.name);
      await changeLockedJob(tx, row, { input: { type: "cancel" }, now });
      await notify(tx, JOBS_CHANNEL);
      await audit(tx, { by, action: "job.cancel", object: row.title, after: { id } });
    }
    return jobOf((await findJob(tx, id)) ?? row, kinds, now);
  });
}
