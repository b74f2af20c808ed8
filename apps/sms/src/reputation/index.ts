export { bulkJob } from "./bulk/bulk-job.ts";
export {
  applyEdits,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
  reputationRevision,
  SETS_CHANNEL,
} from "./entries/change-entries.ts";
export { BULK_EDITS, type BulkDeps, changeInBulk } from "./entries/change-in-bulk.ts";
export {
  type EditOutcome,
  type EntryEdit,
  type Guard,
  keyOf,
  type StoredEntry,
} from "./entries/change-plan.ts";
export {
  claimSource,
  isInSets,
  type ListedSource,
  listSources,
  releaseSource,
  renameSource,
} from "./entries/change-sources.ts";
export {
  type EntryKey,
  type Hold as StoredHold,
  LOCAL_SOURCE,
  ownTags,
} from "./entries/entry-state.ts";
export { ExpiryTimer } from "./entries/expiry-timer.ts";
export { prepareEdits } from "./entries/prepare-edits.ts";
export { ensureSource, sourceKind, sourceNames } from "./entries/source-names.ts";
export { entriesAfter, entriesWithIds } from "./entries/store.ts";
export { changeExceptions } from "./exceptions/change-exceptions.ts";
export { countCovered, coveredOf } from "./exceptions/covered-entries.ts";
export {
  assertedBy,
  assertingSources,
  assertionsBy,
  type SourceTotals,
  sourceTotals,
} from "./search/by-source.ts";
export type { Target } from "./search/enforcement.ts";
export { entriesCovering } from "./search/entries-covering.ts";
export type { FleetView, SetUse } from "./search/present-entries.ts";
export { countBySource, entryTotals, sourcesOf } from "./search/store.ts";
export { unliftedSets } from "./search/unlifted-sets.ts";
export { ensureSet } from "./sets/create-set.ts";
export { takesSql } from "./sets/criteria-sql.ts";
export { LiveSets } from "./sets/live-sets.ts";
export { type ChangesSince, readChanges } from "./sets/read-changes.ts";
export { allSets, oneSet } from "./sets/set-store.ts";
export { SNAPSHOT_ENCODINGS, SnapshotCache, type SnapshotEncoding } from "./sets/snapshot-cache.ts";
