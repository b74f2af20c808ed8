export {
  applyReadings,
  NOTHING_READ,
  ReadingCounts,
} from "./apply-readings.ts";
export { editMaker } from "./edit-of-indicator.ts";
export { importJob } from "./import-job.ts";
export { indicatorSet } from "./indicator-set.ts";
export { previewAs, previewImport } from "./preview-import.ts";
export { isByLine, type ReadPlan, readFormat } from "./read-format.ts";
export { withdrawOthers } from "./withdraw-others.ts";
