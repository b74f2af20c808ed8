import { copyTransaction, nextRevision } from "@breakwater/postgres";
import type { Pool, Schema, Tx } from "../../database.ts";
import {
  applyEdits,
  type ChangeResult,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "./change-entries.ts";
import type { EntryEdit } from "./change-plan.ts";

/** How many edits one bulk transaction takes: others wait for the counter that long, about 0.3 s. */
export const BULK_EDITS = 10_000;

/**
 * Applies up to {@link BULK_EDITS} edits in one transaction, new entries by COPY. `within` writes what
 * belongs to the same commit, such as how far an import has come; it is called last.
 */
export async function changeInBulk(
  deps: ReputationDeps & { pool: Pool },
  edits: readonly EntryEdit[],
  within: (tx: Tx, result: ChangeResult) => Promise<void>,
): Promise<ChangeResult> {
  const done = await copyTransaction<Schema, Awaited<ReturnType<typeof applyEdits>>>(
    deps.pool,
    async (tx, copy) => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const applied = await applyEdits(tx, deps, edits, revision, copy);
      await within(tx, applied.result);
      return applied;
    },
  );
  deps.onChange(done.change);
  return done.result;
}
