export {
  type ApplyReadings,
  applyReadings,
  NOTHING_READ,
  ReadingCounts,
  type SavedReadings,
} from "./apply-readings.ts";
export { type AssertionDefaults, type EditMaker, editMaker } from "./edit-of-indicator.ts";
export { importJob } from "./import-job.ts";
export { indicatorSet } from "./indicator-set.ts";
export { type Again, previewAs, previewImport } from "./preview-import.ts";
export { isByLine, type ReadPlan, readFormat } from "./read-format.ts";
export { withdrawOthers } from "./withdraw-others.ts";
