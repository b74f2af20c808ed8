import type { Log } from "@breakwater/platform";
import { nextRevision, transaction } from "@breakwater/postgres";
import type { Actor, Audit } from "../audit.ts";
import type { Tx } from "../database.ts";
import {
  applyEdits,
  type EntryEdit,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
} from "../reputation/index.ts";

export type WebApiDeps = ReputationDeps & { audit: Audit; log: Log };

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
  const { by, action, facts = {} } = change;
  const done = await transaction(
    deps.db,
    async (tx): Promise<{ changed: number; change: ReputationChange }> => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const edits = await change.edits(tx);
      const applied = await applyEdits(tx, deps, edits, revision);
      const changed = applied.result.outcomes.filter(
        (outcome) => outcome !== "unchanged" && outcome !== "not-asserted",
      ).length;
      const values = [...new Set(edits.map(({ value }) => value))];
      const object = values.length === 1 ? (values[0] ?? "") : `${values.length} entries`;
      const after = { ...facts, changed, values: values.slice(0, AUDITED_VALUES) };
      await deps.audit(tx, { by, action, object, after });
      return { changed, change: applied.change };
    },
  );
  deps.onChange(done.change);
  return done.changed;
}
