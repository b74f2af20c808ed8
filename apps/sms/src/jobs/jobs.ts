import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import type { Db } from "../database.ts";
import { deleteOldInputs } from "./input-store.ts";
import { ABANDONED_MS } from "./job-input.ts";
import { JobRunner, type JobRunnerOptions } from "./job-runner.ts";
import { deleteRepeatedRejections } from "./rejection-store.ts";
import { deleteEnded } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEPT_MS = 90 * DAY;
const INPUT_KEPT_MS = 7 * DAY;
/** Ended jobs; the oldest go, however young they are. */
const MOST_KEPT = 20_000;
/** Jobs of one kind and key that keep what they did not take. */
const REJECTIONS_KEPT = 10;
const BATCH = 500;

export function jobRunner(options: Omit<JobRunnerOptions, "random">): JobRunner {
  return new JobRunner({ ...options, random: Math.random });
}

/** Forgets old jobs, their uploads, and uploads that no job was started for. */
export function jobUpkeep({ db, clock, log }: { db: Db; clock: Clock; log: Log }): PollLoop {
  return new PollLoop({
    name: "job-history",
    intervalMs: HOUR,
    log,
    run: () => cleanUpJobs(db, clock.now()),
  });
}

export async function cleanUpJobs(db: Db, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  await deleteOldInputs(db, before(INPUT_KEPT_MS), before(ABANDONED_MS));
  await deleteRepeatedRejections(db, REJECTIONS_KEPT);
  let deleted: number;
  do {
    deleted = await deleteEnded(db, before(KEPT_MS), MOST_KEPT, BATCH);
  } while (deleted === BATCH);
}
