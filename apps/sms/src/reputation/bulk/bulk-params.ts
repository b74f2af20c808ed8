import { BulkAction, EntryId, Timestamp } from "@breakwater/protocol";
import { z } from "zod";

/** What a job of this kind is started with. */
export const BulkParams = z.object({
  target: z.union([z.object({ q: z.string() }), z.object({ ids: z.array(EntryId) })]),
  action: BulkAction,
  /** Times in the query are relative to it. */
  asked: Timestamp,
});
export type BulkParams = z.infer<typeof BulkParams>;
export type BulkTarget = BulkParams["target"];

export const BulkCounts = z.object({
  changed: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
});
export type BulkCounts = z.infer<typeof BulkCounts>;

export const NOTHING_CHANGED: BulkCounts = { changed: 0, unchanged: 0, refused: 0 };

/** `place`: of a job, the cursor of the next page; of its undoing, the last row it looked at. */
export const BulkCheckpoint = z.object({
  place: z.string(),
  counts: BulkCounts,
  /** Nothing is left to do. */
  done: z.boolean(),
});
export type BulkCheckpoint = z.infer<typeof BulkCheckpoint>;
