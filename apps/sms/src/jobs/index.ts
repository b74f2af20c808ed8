export { JOBS_CHANNEL } from "./change-job.ts";
export { deleteInput } from "./input-store.ts";
export { readInput, storeInput } from "./job-input.ts";
export {
  type AnyJobKind,
  defineJobKind,
  type JobKind,
  type JobKinds,
  type JobRejected,
  type JobRun,
  jobKindsOf,
} from "./job-kind.ts";
export { type JobDeps, startJob } from "./start-job.ts";
export { liveJobs } from "./store.ts";
