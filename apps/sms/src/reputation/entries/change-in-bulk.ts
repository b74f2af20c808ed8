import { type CopyInto, copyTransaction, nextRevision } from "@breakwater/postgres";
import type { Pool, Schema, Tx } from "../../database.ts";
import { forgetRemovalsOf } from "../sets/removal-store.ts";
import { SetMoves } from "../sets/set-moves.ts";
import {
  applyEdits,
  earlier,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
  tellSets,
} from "./change-entries.ts";
import type { EditOutcome } from "./change-plan.ts";
import { type PreparedEdits, prepareEdits, type ReadyEntry } from "./prepare-edits.ts";
import { copyEntries, existingKeys } from "./store.ts";
import { Tally, writeTally } from "./tally.ts";

/** How many edits one bulk transaction takes: others wait for the counter that long, about 0.3 s. */
export const BULK_EDITS = 10_000;

export type BulkDeps = ReputationDeps & { pool: Pool };

/**
 * Applies prepared edits in one transaction; entries that are new go in by COPY. `within` writes what
 * belongs to the same commit, such as how far an import has come; it is called last. Answers one
 * outcome per edit, in order.
 */
export async function changeInBulk(
  deps: BulkDeps,
  given: PreparedEdits,
  within: (tx: Tx, outcomes: readonly EditOutcome[]) => Promise<void>,
): Promise<EditOutcome[]> {
  const done = await copyTransaction<Schema, Applied>(deps.pool, async (tx, copy) => {
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const guard = await deps.guard(tx);
    // The safeguards changed since: what they hold is worked out again.
    const prepared = guard === given.guard ? given : await prepareEdits(deps, given.edits);
    const applied = await apply({ tx, copy, deps, revision }, prepared);
    await within(tx, applied.outcomes);
    return applied;
  });
  for (const change of done.changes) deps.onChange(change);
  return done.outcomes;
}

type Applied = { outcomes: EditOutcome[]; changes: ReputationChange[] };
type Step = { tx: Tx; copy: CopyInto; deps: BulkDeps; revision: number };

async function apply(step: Step, prepared: PreparedEdits): Promise<Applied> {
  const { edits, keys, ready } = prepared;
  const stored = await existingKeys(
    step.tx,
    ready.map(({ change }) => change),
  );
  const outcomes: EditOutcome[] = edits.map(() => "unchanged");
  const fresh: ReadyEntry[] = [];
  const others = [...prepared.others];
  for (const one of ready) {
    if (stored.has(keys[one.at] ?? "")) others.push(one.at);
    else {
      fresh.push(one);
      outcomes[one.at] = one.change.after?.held === true ? "held" : "added";
    }
  }
  const changes = [await insert(step, prepared, fresh)];
  if (others.length > 0) {
    // In their order: two of them may be about one entry.
    const places = others.toSorted((one, other) => one - other);
    const rest = places.flatMap((at) => edits[at] ?? []);
    const { result, change } = await applyEdits(step.tx, step.deps, rest, step.revision);
    for (const [n, at] of places.entries()) outcomes[at] = result.outcomes[n] ?? "unchanged";
    changes.push(change);
  }
  return { outcomes, changes };
}

async function insert(
  { tx, copy, deps, revision }: Step,
  { names }: PreparedEdits,
  fresh: readonly ReadyEntry[],
): Promise<ReputationChange> {
  const moves = new SetMoves(await deps.liveSets.current(tx), revision);
  const tally = new Tally(names);
  let earliestExpiry: number | null = null;
  for (const { change, due } of fresh) {
    moves.note(change);
    tally.note(change);
    earliestExpiry = earlier(earliestExpiry, due);
  }
  await copyEntries(
    copy,
    fresh.map(({ line }) => line),
    revision,
  );
  await forgetRemovalsOf(
    tx,
    fresh.map(({ change }) => change),
  );
  await writeTally(tx, tally);
  const sets = await moves.write(tx);
  await tellSets(tx, sets);
  return { sets, earliestExpiry };
}
