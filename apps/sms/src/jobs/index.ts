export { JOBS_CHANNEL } from "./change-job.ts";
export { storeInput } from "./job-input.ts";
export {
  type AnyJobKind,
  defineJobKind,
  type JobKind,
  type JobKinds,
  jobKindsOf,
} from "./job-kind.ts";
export { type JobDeps, startJob } from "./start-job.ts";
