import { nextRevision, transaction } from "@breakwater/postgres";
import type { ReputationIndex } from "@breakwater/reputation-set";
import type { Tx } from "../database.ts";
import {
  applyEdits,
  assertedBy,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "../reputation/index.ts";

export type WithdrawOthers = {
  source: string;
  /** What stays. */
  kept: ReputationIndex | undefined;
  /** The id of the last entry that was looked at; "0" at first. */
  after: string;
  signal: AbortSignal;
  /** Joins the commit of every step. */
  save: (tx: Tx, step: { after: string; withdrawn: number }) => Promise<void>;
};

/** Withdraws what a source asserts beside `kept`, in steps that can be resumed. */
export async function withdrawOthers(
  deps: ReputationDeps,
  { source, kept, after: first, signal, save }: WithdrawOthers,
): Promise<void> {
  let after = first;
  for (;;) {
    signal.throwIfAborted();
    const entries = await assertedBy(deps.db, source, after, MOST_EDITS);
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.id;
    const gone = entries.filter(({ type, value }) => kept?.get(type, value) === undefined);
    if (gone.length === 0) continue;
    const edits = gone.map(({ type, value }) => ({ type, value, source, assertion: null }));
    const change = await transaction(deps.db, async (tx) => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const applied = await applyEdits(tx, deps, edits, revision);
      const { outcomes } = applied.result;
      const withdrawn = outcomes.filter((outcome) => outcome === "withdrawn").length;
      await save(tx, { after: last.id, withdrawn });
      return applied.change;
    });
    deps.onChange(change);
  }
}
