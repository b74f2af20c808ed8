import { nextRevision, transaction } from "@breakwater/postgres";
import { z } from "zod";
import { defineJobKind, type JobKind, type JobRun } from "../jobs/index.ts";
import {
  applyEdits,
  assertionsBy,
  type BulkDeps,
  changeInBulk,
  MOST_EDITS,
  prepareEdits,
  REPUTATION_COUNTER,
  sourceNames,
} from "../reputation/index.ts";
import { keepWithdrawn, readWithdrawn, type WithdrawnKey } from "./store.ts";

/** How long it can be undone. */
export const UNDO_MS = 86_400_000;

const WithdrawParams = z.object({ source: z.number().int(), name: z.string() });
export type WithdrawParams = z.infer<typeof WithdrawParams>;
const Checkpoint = z.object({
  after: z.string(),
  type: z.string(),
  value: z.string(),
  entries: z.number(),
});
type Run = JobRun<WithdrawParams, z.infer<typeof Checkpoint>>;
const Result = z.object({ entries: z.number().int() });

/** Withdraws everything that a source asserts; what it was is kept for a day. */
export function withdrawSourceJob(deps: BulkDeps): JobKind<WithdrawParams> {
  return defineJobKind({
    kind: "source-withdraw",
    permission: "reputation:write",
    params: WithdrawParams,
    checkpoint: Checkpoint,
    result: Result,
    unit: "entries",
    title: ({ name }) => `Withdraw everything of ${name}`,
    key: ({ source }) => String(source),
    run: (run) => withdrawAll(deps, run),
    undo: {
      withinMs: UNDO_MS,
      run: (run, undone) => bringBack(deps, run, undone.id),
    },
  });
}

async function withdrawAll(deps: BulkDeps, run: Run): Promise<z.infer<typeof Result>> {
  let { after, entries } = run.checkpoint ?? { after: "0", entries: 0 };
  for (;;) {
    run.signal.throwIfAborted();
    const change = await transaction(deps.db, async (tx) => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const source = (await sourceNames(tx)).nameOf(run.params.source);
      const found = await assertionsBy(tx, source, after, MOST_EDITS);
      const last = found.at(-1);
      if (last === undefined) return undefined;
      await keepWithdrawn(tx, run.id, found, deps.clock.now());
      const edits = found.map(({ type, value }) => ({ type, value, source, assertion: null }));
      const applied = await applyEdits(tx, deps, edits, revision);
      after = last.id;
      entries += found.length;
      run.progress(entries, null, "withdrawing");
      await run.saveCheckpoint(tx, { after, type: "", value: "", entries });
      return applied.change;
    });
    if (change === undefined) return { entries };
    deps.onChange(change);
  }
}

async function bringBack(
  deps: BulkDeps,
  run: Run,
  undone: Run["id"],
): Promise<z.infer<typeof Result>> {
  let place: WithdrawnKey = run.checkpoint ?? { type: "", value: "" };
  let entries = run.checkpoint?.entries ?? 0;
  for (;;) {
    run.signal.throwIfAborted();
    const found = await readWithdrawn(deps.db, undone, place, MOST_EDITS);
    const last = found.at(-1);
    if (last === undefined) return { entries };
    const source = (await sourceNames(deps.db)).nameOf(run.params.source);
    const now = deps.clock.now().getTime();
    const live = found.filter(({ assertion: { expires } }) => expires === null || expires > now);
    const edits = live.map(({ type, value, assertion: { released, ...assertion } }) => ({
      type,
      value,
      source,
      assertion,
      ...(released === null ? {} : { release: released }),
    }));
    await changeInBulk(deps, await prepareEdits(deps, edits), async (tx) => {
      place = { type: last.type, value: last.value };
      entries += live.length;
      run.progress(entries, null, "bringing back");
      await run.saveCheckpoint(tx, { after: "0", ...place, entries });
    });
  }
}
