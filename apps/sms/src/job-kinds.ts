import { type JobKinds, jobKindsOf } from "./jobs/index.ts";

/** Every kind of job that this SMS runs. */
export function jobKinds(): JobKinds {
  return jobKindsOf([]);
}
