import { importJob } from "./imports/index.ts";
import { type AnyJobKind, type JobKinds, jobKindsOf } from "./jobs/index.ts";
import { type BulkDeps, bulkJob, type FleetView } from "./reputation/index.ts";
import { reviewJob } from "./safeguards/index.ts";

type JobKindDeps = { reputation: BulkDeps; fleet: () => Promise<FleetView> };

/** Every kind of job that this SMS runs. */
export function createJobKinds({ reputation, fleet }: JobKindDeps) {
  return {
    imports: importJob(reputation),
    safeguardsReview: reviewJob(reputation),
    bulk: bulkJob({ ...reputation, fleet }),
  } as const satisfies Record<string, AnyJobKind>;
}
export type SmsJobKinds = ReturnType<typeof createJobKinds>;

export function jobKindMap(kinds: SmsJobKinds): JobKinds {
  return jobKindsOf(Object.values(kinds));
}
