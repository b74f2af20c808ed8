export {
  applyEdits,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
  SETS_CHANNEL,
} from "./entries/change-entries.ts";
export { type EntryEdit, keyOf } from "./entries/change-plan.ts";
export { type EntryKey, LOCAL_SOURCE } from "./entries/entry-state.ts";
export { assertedBy, assertingSources } from "./search/by-source.ts";
export type { Target } from "./search/enforcement.ts";
export type { FleetView, SetUse } from "./search/present-entries.ts";
export { countBySource, entryTotals, sourcesOf, tagCategories } from "./search/store.ts";
export { ensureSet, entryPages } from "./sets/create-set.ts";
export { LiveSets } from "./sets/live-sets.ts";
export { readChanges } from "./sets/read-changes.ts";
export { allSets, type ChangesSince, oneSet } from "./sets/set-store.ts";
export { SNAPSHOT_ENCODINGS, SnapshotCache, type SnapshotEncoding } from "./sets/snapshot-cache.ts";
