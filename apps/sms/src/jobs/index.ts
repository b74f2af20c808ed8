export { JOBS_CHANNEL } from "./change-job.ts";
export { type JobInput, storeInput } from "./job-input.ts";
export {
  type AnyJobKind,
  defineJobKind,
  type JobKind,
  type JobKinds,
  type JobRun,
  jobKindsOf,
} from "./job-kind.ts";
export { type JobDeps, type JobStart, startJob } from "./start-job.ts";
