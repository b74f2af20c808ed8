export { type DistributionDeps, provideDevice } from "./distribute.ts";
export { recordProgress } from "./record-progress.ts";
export { listSetUses } from "./set-uses.ts";
export { bundleFor, markSent, removeUnused } from "./store.ts";
