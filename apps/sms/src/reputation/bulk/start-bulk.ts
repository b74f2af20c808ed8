import { AppError, type BulkStart, type Job } from "@breakwater/protocol";
import type { Actor } from "../../audit.ts";
import { type JobDeps, type JobKind, startJob } from "../../jobs/index.ts";
import type { BulkParams, BulkTarget } from "./bulk-params.ts";
import { MOST_LOOKED, type TargetDeps, type TargetPage, targetPage } from "./bulk-target.ts";
import { checkAction } from "./check-action.ts";

export type BulkStartDeps = TargetDeps & { jobs: JobDeps; kind: JobKind<BulkParams> };

/** More or fewer matches than previewed, by this share, are somebody else's doing. */
const MOST_DRIFT = 0.1;

/** Starts a change of many entries. Throws InvalidRequest, or Conflict when the match has changed. */
export async function startBulk(
  deps: BulkStartDeps,
  { q, ids, action, expected }: BulkStart,
  by: Actor,
): Promise<Job> {
  const { jobs, kind } = deps;
  const now = jobs.clock.now();
  const checked = await checkAction(jobs.db, action, now.getTime());
  const target: BulkTarget = ids === undefined ? { q: q ?? "" } : { ids };
  const { total } = await targetPage(deps, target, {
    limit: MOST_LOOKED,
    asked: now.getTime(),
  });
  if (expected !== undefined) checkDrift(expected, total);
  const params = { target, action: checked, asked: now.toISOString() };
  return (await startJob(jobs, kind, { params, by })).job;
}

/** A count that is not exact is the least there are. */
function checkDrift(expected: number, { value: found, exact }: TargetPage["total"]): void {
  const more = found - expected;
  if (more <= MOST_DRIFT * expected && (!exact || -more <= MOST_DRIFT * expected)) return;
  throw new AppError(
    "Conflict",
    `The preview found ${expected} entries, and now there are ${found}. Look at the preview again.`,
  );
}
