export { LiveGuard } from "./live-guard.ts";
export { reviewJob } from "./review-job.ts";
export { loadSettings } from "./store.ts";
