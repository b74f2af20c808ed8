import type { Log } from "@breakwater/platform";
import { nextRevision, transaction } from "@breakwater/postgres";
import type { Actor, Audit } from "../audit.ts";
import type { Tx } from "../database.ts";
import {
  applyEdits,
  type BulkDeps,
  changeInBulk,
  type EditOutcome,
  type EntryEdit,
  prepareEdits,
  REPUTATION_COUNTER,
  type ReputationChange,
} from "../reputation/index.ts";

export type WebApiDeps = BulkDeps & { audit: Audit; log: Log };

export type WebChange = {
  by: Actor;
  action: "web-api.add" | "web-api.delete" | "web-api.import";
  /** Further facts for the audit log. */
  facts?: Readonly<Record<string, unknown>>;
  /** What to change; read under the lock that every writer of entries holds. */
  edits: (tx: Tx) => Promise<readonly EntryEdit[]>;
};

const AUDITED_VALUES = 100;

/** One audited transaction, on the path that every change of entries takes. Returns how many changed. */
export async function changeAudited(deps: WebApiDeps, change: WebChange): Promise<number> {
  const done = await transaction(
    deps.db,
    async (tx): Promise<{ changed: number; change: ReputationChange }> => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const edits = await change.edits(tx);
      const applied = await applyEdits(tx, deps, edits, revision);
      const changed = await record(deps, tx, change, edits, applied.result.outcomes);
      return { changed, change: applied.change };
    },
  );
  deps.onChange(done.change);
  return done.changed;
}

/** The same for up to {@link BULK_EDITS} edits that are known beforehand, on the path of imports. */
export async function changeManyAudited(
  deps: WebApiDeps,
  change: Omit<WebChange, "edits">,
  edits: readonly EntryEdit[],
): Promise<void> {
  const prepared = await prepareEdits(deps, edits);
  await changeInBulk(deps, prepared, async (tx, outcomes) => {
    await record(deps, tx, change, edits, outcomes);
  });
}

async function record(
  { audit }: WebApiDeps,
  tx: Tx,
  { by, action, facts = {} }: Omit<WebChange, "edits">,
  edits: readonly EntryEdit[],
  outcomes: readonly EditOutcome[],
): Promise<number> {
  const changed = outcomes.filter(
    (outcome) => outcome !== "unchanged" && outcome !== "not-asserted",
  ).length;
  const values = [...new Set(edits.map(({ value }) => value))];
  const object = values.length === 1 ? (values[0] ?? "") : `${values.length} entries`;
  const after = { ...facts, changed, values: values.slice(0, AUDITED_VALUES) };
  await audit(tx, { by, action, object, after });
  return changed;
}
