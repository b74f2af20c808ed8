import { ImportOptions } from "@breakwater/protocol";
import { z } from "zod";
import { defineJobKind, type JobKind, type JobRun } from "../jobs/index.ts";
import type { BulkDeps } from "../reputation/index.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import {
  applyReadings,
  NOTHING_READ,
  ReadingCounts,
  type SavedReadings,
} from "./apply-readings.ts";
import { editMaker } from "./edit-of-indicator.ts";
import { indicatorSet } from "./indicator-set.ts";
import { isByLine, readFormat } from "./read-format.ts";
import { withdrawOthers } from "./withdraw-others.ts";

const ImportParams = z.object({ name: z.string(), options: ImportOptions });
export type ImportParams = z.infer<typeof ImportParams>;

/*
 *   reading ── everything is applied ──▶ withdrawing (mode "replace") ──▶ done
 *
 * Both go on where their last commit was, whoever takes the job up again.
 */
const Checkpoint = z.discriminatedUnion("phase", [
  z.object({
    phase: z.literal("reading"),
    position: z.object({ offset: z.number(), line: z.number() }),
    counts: ReadingCounts,
    /** When it began: expiry dates are relative to it. */
    now: z.number(),
  }),
  z.object({
    phase: z.literal("withdrawing"),
    after: z.string(),
    counts: ReadingCounts,
    now: z.number(),
  }),
]);
type Checkpoint = z.infer<typeof Checkpoint>;

type Run = JobRun<ImportParams, Checkpoint>;

/** Imports an uploaded file into a source. */
export function importJob(deps: BulkDeps): JobKind<ImportParams> {
  return defineJobKind({
    kind: "import",
    permission: "reputation:write",
    params: ImportParams,
    checkpoint: Checkpoint,
    result: ReadingCounts,
    unit: "bytes",
    title: ({ name, options }) => `Import ${name} into ${options.source}`,
    run: (run) => importFile(deps, run),
  });
}

async function importFile(deps: BulkDeps, run: Run): Promise<ReadingCounts> {
  const { checkpoint } = run;
  const now = checkpoint?.now ?? deps.clock.now().getTime();
  if (checkpoint?.phase === "withdrawing") return withdrawMissing(deps, run, checkpoint);
  const counts = await applyFile(deps, run, now);
  if (run.params.options.mode === "add") return counts;
  return withdrawMissing(deps, run, { phase: "withdrawing", after: "0", counts, now });
}

async function applyFile(deps: BulkDeps, run: Run, now: number): Promise<ReadingCounts> {
  const { options } = run.params;
  const done = run.checkpoint?.phase === "reading" ? run.checkpoint : undefined;
  const from = isByLine(options) ? done?.position : undefined;
  const categories = await tagDefinitions(deps.db);
  const expires = options.defaults.expires === null ? null : Date.parse(options.defaults.expires);
  const batches = readFormat(run.input(), options, {
    now,
    ...(from === undefined ? {} : { from }),
  });
  return applyReadings(deps, {
    batches,
    editOf: editMaker(options.source, { ...options.defaults, expires }, categories),
    counts: from === undefined ? NOTHING_READ : (done?.counts ?? NOTHING_READ),
    signal: run.signal,
    save: async (tx, saved) => {
      for (const one of saved.rejected) run.reject(one);
      showProgress(run, saved);
      const { counts, position } = saved;
      await run.saveCheckpoint(tx, { phase: "reading", position, counts, now });
    },
  });
}

/** A packed file is longer than its upload: then nobody knows how long. */
function showProgress(run: Run, { counts, position }: SavedReadings): void {
  const total = position.offset <= run.inputBytes ? run.inputBytes : null;
  run.progress(position.offset, total, `${counts.read} indicators read`);
}

async function withdrawMissing(
  deps: BulkDeps,
  run: Run,
  start: Extract<Checkpoint, { phase: "withdrawing" }>,
): Promise<ReadingCounts> {
  const { options } = run.params;
  const { now, after } = start;
  run.progress(run.inputBytes, run.inputBytes, "withdrawing what the file does not have");
  const kept = await indicatorSet(readFormat(run.input(), options, { now }), run.signal);
  let counts = start.counts;
  await withdrawOthers(deps, {
    source: options.source,
    kept,
    after,
    signal: run.signal,
    save: async (tx, step) => {
      const withdrawn = counts.withdrawn + step.withdrawn;
      counts = { ...counts, withdrawn };
      await run.saveCheckpoint(tx, { phase: "withdrawing", after: step.after, counts, now });
    },
  });
  return counts;
}
