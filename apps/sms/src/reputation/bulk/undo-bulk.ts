import { nextRevision, transaction } from "@breakwater/postgres";
import type { JobId } from "@breakwater/protocol";
import type { Tx } from "../../database.ts";
import type { JobRun } from "../../jobs/index.ts";
import {
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
  writeChanges,
} from "../entries/change-entries.ts";
import { keyOf } from "../entries/change-plan.ts";
import { sourceNames } from "../entries/source-names.ts";
import { loadEntries } from "../entries/store.ts";
import {
  type BulkCheckpoint,
  type BulkCounts,
  type BulkParams,
  NOTHING_CHANGED,
} from "./bulk-params.ts";
import { planRestore, type RestoreOutcome } from "./restore-plan.ts";
import { replacedBy, type TrashRow } from "./trash-store.ts";

type Run = JobRun<BulkParams, BulkCheckpoint>;

const REASONS = {
  "changed-since": "somebody changed it since, so that it stays as it is",
  expired: "its time is over by now",
} as const;

/** Puts back what a job replaced and nobody changed since; the rest is reported. */
export async function undoBulk(deps: ReputationDeps, run: Run, job: JobId): Promise<BulkCounts> {
  let { place, counts, done } = run.checkpoint ?? START;
  while (!done) {
    run.signal.throwIfAborted();
    const rows = await replacedBy(deps.db, job, place, MOST_EDITS);
    const change = await transaction(deps.db, async (tx) => {
      const { outcomes, change } = await restoreBatch(tx, deps, rows);
      counts = counted(run, counts, rows, outcomes);
      place = rows.at(-1)?.number ?? place;
      done = rows.length === 0;
      run.progress(counts.changed + counts.refused);
      await run.saveCheckpoint(tx, { place, counts, done });
      return change;
    });
    deps.onChange(change);
  }
  return counts;
}

const START: BulkCheckpoint = { place: "0", counts: NOTHING_CHANGED, done: false };

async function restoreBatch(
  tx: Tx,
  deps: ReputationDeps,
  rows: readonly TrashRow[],
): Promise<{ outcomes: RestoreOutcome[]; change: ReputationChange }> {
  const revision = await nextRevision(tx, REPUTATION_COUNTER);
  const names = await sourceNames(tx);
  const stored = await loadEntries(tx, rows, names);
  const now = deps.clock.now().getTime();
  const context = { now, guard: await deps.guard(tx) };
  const outcomes: RestoreOutcome[] = [];
  const plans = groups(rows).map((group) => {
    const [{ type, value }] = group;
    const wanted = group.map((row) => ({ ...row, source: names.nameOf(row.source) }));
    const plan = planRestore({ type, value }, stored.get(keyOf({ type, value })), wanted, context);
    outcomes.push(...plan.outcomes);
    return plan.change;
  });
  const changes = plans.filter((change) => change !== undefined);
  const { change } = await writeChanges(tx, deps, changes, { revision, now, names });
  return { outcomes, change };
}

type Group = [TrashRow, ...TrashRow[]];

/** Rows of one entry are next to each other. */
function groups(rows: readonly TrashRow[]): Group[] {
  const found: Group[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last !== undefined && keyOf(last[0]) === keyOf(row)) last.push(row);
    else found.push([row]);
  }
  return found;
}

function counted(
  run: Run,
  counts: BulkCounts,
  rows: readonly TrashRow[],
  outcomes: readonly RestoreOutcome[],
): BulkCounts {
  const after = { ...counts };
  for (const [at, { value }] of rows.entries()) {
    const outcome = outcomes[at] ?? "changed-since";
    if (outcome === "restored") {
      after.changed += 1;
      continue;
    }
    after.refused += 1;
    run.reject({ line: 0, value, reason: REASONS[outcome] });
  }
  return after;
}
