import { type FeedRunDeps, feedRunJob } from "./feeds/index.ts";
import { importJob } from "./imports/index.ts";
import { type AnyJobKind, type JobKinds, jobKindsOf } from "./jobs/index.ts";
import { bulkJob, type FleetView } from "./reputation/index.ts";
import { reviewJob } from "./safeguards/index.ts";
import { withdrawSourceJob } from "./sources/index.ts";

type JobKindDeps = FeedRunDeps & { fleet: () => Promise<FleetView> };

/** Every kind of job that this SMS runs. */
export function createJobKinds(deps: JobKindDeps) {
  return {
    imports: importJob(deps),
    safeguardsReview: reviewJob(deps),
    bulk: bulkJob(deps),
    feeds: feedRunJob(deps),
    sources: withdrawSourceJob(deps),
  } as const satisfies Record<string, AnyJobKind>;
}
export type SmsJobKinds = ReturnType<typeof createJobKinds>;

export function jobKindMap(kinds: SmsJobKinds): JobKinds {
  return jobKindsOf(Object.values(kinds));
}
