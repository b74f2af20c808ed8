import { z } from "zod";
import { Epoch } from "./ids.ts";

/**
 * A batch of records with consecutive positions. The receiver commits before it answers, ignores
 * what it already has, and names the next sequence number it wants. A record that reports a loss
 * stands at the last of the positions it accounts for, so only in front of it may positions jump.
 */
export function batchOf<T extends z.ZodType>(record: T) {
  return z.object({
    epoch: Epoch,
    records: z
      .array(z.object({ seq: z.number().int().min(0), record }))
      .min(1)
      .max(2000),
  });
}

export const BatchAnswer = z.object({ next: z.number().int().min(0) });
export type BatchAnswer = z.infer<typeof BatchAnswer>;
