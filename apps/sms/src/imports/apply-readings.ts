import type { Position, Reading, ReadingBatch } from "@breakwater/indicators";
import type { ErrorDetail } from "@breakwater/protocol";
import { z } from "zod";
import type { Tx } from "../database.ts";
import type { JobRejected } from "../jobs/index.ts";
import {
  BULK_EDITS,
  type BulkDeps,
  changeInBulk,
  type EditOutcome,
  type EntryEdit,
  prepareEdits,
} from "../reputation/index.ts";
import type { EditMaker } from "./edit-of-indicator.ts";

/** What became of an input so far. */
export const ReadingCounts = z.object({
  read: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  held: z.number().int(),
  withdrawn: z.number().int(),
  rejected: z.number().int(),
  ignored: z.number().int(),
});
export type ReadingCounts = z.infer<typeof ReadingCounts>;

export const NOTHING_READ: ReadingCounts = {
  read: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  held: 0,
  withdrawn: 0,
  rejected: 0,
  ignored: 0,
};

export type ApplyReadings = {
  batches: AsyncIterable<ReadingBatch>;
  editOf: EditMaker;
  counts: ReadingCounts;
  signal: AbortSignal;
  /** Joins the commit of what was read up to `position`; `rejected` came with it. */
  save: (tx: Tx, saved: SavedReadings) => Promise<void>;
};

export type SavedReadings = {
  counts: ReadingCounts;
  position: Position;
  rejected: readonly JobRejected[];
};

type Part = { edits: EntryEdit[]; rejected: JobRejected[]; ignored: number; position: Position };

/**
 * Applies what a reader reads, in transactions of up to {@link BULK_EDITS} entries. While one is
 * written the next is read and worked out, so that memory holds two of them whatever the length of
 * the input. Answers the counts at the end.
 */
export async function applyReadings(
  deps: BulkDeps,
  options: ApplyReadings,
): Promise<ReadingCounts> {
  const { signal, save } = options;
  let counts = options.counts;
  let writing: Promise<void> = Promise.resolve();
  for await (const part of partsOf(options)) {
    signal.throwIfAborted();
    const prepared = await prepareEdits(deps, part.edits).catch(async (error: unknown) => {
      await writing;
      throw error;
    });
    await writing;
    writing = changeInBulk(deps, prepared, async (tx, outcomes) => {
      const after = countOutcomes(counts, part, outcomes);
      await save(tx, { counts: after, position: part.position, rejected: part.rejected });
      counts = after;
    }).then(() => undefined);
    // Whoever waits for it comes later; a failure must not end the process before.
    writing.catch(() => undefined);
  }
  await writing;
  return counts;
}

async function* partsOf({ batches, editOf }: ApplyReadings): AsyncGenerator<Part> {
  let part: Part | undefined;
  /** Where a run that is interrupted in the middle of a batch begins again. */
  let complete: Position = { offset: 0, line: 0 };
  for await (const { readings, ignored, offset, line } of batches) {
    part ??= { edits: [], rejected: [], ignored: 0, position: { offset, line } };
    part.ignored += ignored.reduce((sum, one) => sum + one.count, 0);
    for (const reading of readings) {
      if (reading.kind === "rejected") part.rejected.push(rejectedOf(reading));
      else takeIndicator(part, reading, editOf);
    }
    // A document is one batch, however long it is.
    while (part.edits.length > 2 * BULK_EDITS) {
      const edits = part.edits.splice(0, BULK_EDITS);
      yield { edits, rejected: [], ignored: 0, position: complete };
    }
    complete = { offset, line };
    part.position = complete;
    if (part.edits.length + part.rejected.length < BULK_EDITS) continue;
    yield part;
    part = undefined;
  }
  if (part !== undefined) yield part;
}

function takeIndicator(
  part: Part,
  { line, indicator }: Extract<Reading, { kind: "indicator" }>,
  editOf: EditMaker,
): void {
  const edit = editOf(indicator);
  if (edit.ok) part.edits.push(edit.value);
  else part.rejected.push(rejectedOf({ line, value: indicator.value, ...whyNot(edit.error) }));
}

function whyNot({ field, reason, remedy }: ErrorDetail) {
  const why = field === undefined ? reason : `${field}: ${reason}`;
  return { reason: why, ...(remedy === undefined ? {} : { remedy }) };
}

function rejectedOf(reading: { line: number; value: string; reason: string; remedy?: string }) {
  const { line, value, reason, remedy } = reading;
  return { line, value, reason, ...(remedy === undefined ? {} : { remedy }) };
}

function countOutcomes(
  counts: ReadingCounts,
  part: Part,
  outcomes: readonly EditOutcome[],
): ReadingCounts {
  const after = { ...counts };
  after.read += part.edits.length + part.rejected.length;
  after.rejected += part.rejected.length;
  after.ignored += part.ignored;
  for (const outcome of outcomes) {
    switch (outcome) {
      case "added":
      case "changed":
      case "unchanged":
      case "held":
      case "withdrawn":
        after[outcome] += 1;
        break;
      case "not-asserted":
        break;
    }
  }
  return after;
}
