import type { Job } from "@breakwater/protocol";
import { iso, isoOrNull } from "../database.ts";
import { hasEnded } from "./change-job.ts";
import type { JobKinds } from "./job-kind.ts";
import type { JobRow } from "./store.ts";

/** A job as the API shows it. */
export function jobOf(row: JobRow, kinds: JobKinds, now: Date): Job {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    progress: row.progress,
    created: iso(row.created),
    createdBy: row.created_by,
    started: isoOrNull(row.started),
    finished: isoOrNull(row.finished),
    nextAttempt: row.state === "queued" && row.attempts > 0 ? iso(row.run_after) : null,
    result: row.result,
    error: row.error,
    rejections: row.rejections,
    cancelRequested: isoOrNull(row.cancel_requested),
    canCancel: !hasEnded(row) && row.cancel_requested === null,
    canUndo: kinds.has(row.kind) && isUndoOffered(row, now),
    undoUntil: isoOrNull(row.undo_until),
    undoOf: row.undo_of,
    undoneBy: row.undone_by,
  };
}

export function isUndoOffered(row: JobRow, now: Date): boolean {
  return row.undo_until !== null && row.undo_until > now && row.undone_by === null;
}
