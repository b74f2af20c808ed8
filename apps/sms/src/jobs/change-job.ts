import type { JobId } from "@breakwater/protocol";
import type { Tx } from "../database.ts";
import { type JobLife, type JobStepInput, stepJob } from "./job-step.ts";
import { type JobRow, type LifeFacts, lifeOf, lockJob, saveLife, setUndoneBy } from "./store.ts";

export const JOBS_CHANNEL = "jobs";

export type JobChange = {
  input: JobStepInput;
  now: Date;
  facts?: LifeFacts;
};

/** One step in the life of a stored job; undefined when it does not apply. The job stays locked. */
export async function changeJob(
  tx: Tx,
  id: JobId,
  change: JobChange,
): Promise<JobLife | undefined> {
  const row = await lockJob(tx, id);
  return row === undefined ? undefined : changeLockedJob(tx, row, change);
}

export async function changeLockedJob(
  tx: Tx,
  row: JobRow,
  { input, now, facts = {} }: JobChange,
): Promise<JobLife | undefined> {
  const life = stepJob(lifeOf(row), input);
  if (life === undefined) return undefined;
  await saveLife(tx, row.id, life, { ...facts, ...(hasEnded(life) ? { finished: now } : {}) });
  // What was not taken back after all may be tried again.
  if (row.undo_of !== null && hasEnded(life) && life.state !== "succeeded")
    await setUndoneBy(tx, row.undo_of, null);
  return life;
}

export function hasEnded({ state }: Pick<JobLife, "state">): boolean {
  switch (state) {
    case "queued":
    case "running":
      return false;
    case "succeeded":
    case "failed":
    case "cancelled":
      return true;
  }
}
