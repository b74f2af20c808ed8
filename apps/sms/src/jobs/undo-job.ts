import { authorize } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { AppError, type Job, type JobId } from "@breakwater/protocol";
import type { Actor } from "../audit.ts";
import { jobNotFound } from "./cancel-job.ts";
import { isUndoOffered, jobOf } from "./present-job.ts";
import { enqueue, type JobDeps, newJobId } from "./start-job.ts";
import { type JobRow, lockJob, setUndoneBy } from "./store.ts";

/**
 * Starts the job that takes another one back. Throws NotFound, PermissionDenied, or Conflict when this
 * is not offered.
 */
export async function undoJob(deps: JobDeps, id: JobId, by: Actor): Promise<Job> {
  const { db, clock, audit, kinds } = deps;
  return transaction(db, async (tx) => {
    const now = clock.now();
    const row = await lockJob(tx, id);
    if (row === undefined) throw jobNotFound();
    const kind = kinds.get(row.kind);
    if (kind === undefined || !isUndoOffered(row, now)) throw notOffered(row, now);
    authorize(kind.permission, by.principal);
    const undo = await enqueue(tx, {
      id: newJobId(),
      kind: row.kind,
      key: `undo ${id}`,
      title: `Undo: ${row.title}`,
      params: row.params,
      unit: kind.unit,
      created: now,
      createdBy: by.principal.name,
      inputBytes: 0,
      undoOf: id,
    });
    await setUndoneBy(tx, id, undo.id);
    await audit(tx, { by, action: "job.undo", object: row.title, after: { id, undo: undo.id } });
    return jobOf(undo, kinds, now);
  });
}

function notOffered({ undone_by, undo_until }: JobRow, now: Date): AppError {
  if (undone_by !== null)
    return new AppError("Conflict", `The job ${undone_by} takes it back already.`);
  if (undo_until !== null && undo_until <= now)
    return new AppError("Conflict", `It could be undone until ${undo_until.toISOString()}.`);
  return new AppError("Conflict", "What this job did cannot be undone.");
}
