import { importJob } from "./imports/index.ts";
import { type AnyJobKind, type JobKinds, jobKindsOf } from "./jobs/index.ts";
import type { BulkDeps } from "./reputation/index.ts";
import { reviewJob } from "./safeguards/index.ts";

/** Every kind of job that this SMS runs. */
export function createJobKinds(deps: { reputation: BulkDeps }) {
  return {
    imports: importJob(deps.reputation),
    safeguardsReview: reviewJob(deps.reputation),
  } as const satisfies Record<string, AnyJobKind>;
}
export type SmsJobKinds = ReturnType<typeof createJobKinds>;

export function jobKindMap(kinds: SmsJobKinds): JobKinds {
  return jobKindsOf(Object.values(kinds));
}
