import { nextRevision, transaction } from "@breakwater/postgres";
import { EntryId, type NewEntry } from "@breakwater/protocol";
import type { Actor, Audit } from "../../audit.ts";
import { tagDefinitions } from "../../tag-categories/index.ts";
import { entriesOf } from "../search/search-store.ts";
import { sourcesOf } from "../search/store.ts";
import {
  applyEdits,
  type ChangeResult,
  REPUTATION_COUNTER,
  type ReputationChange,
  type ReputationDeps,
} from "./change-entries.ts";
import { type EditOutcome, type EntryEdit, keyOf } from "./change-plan.ts";
import { LOCAL_SOURCE } from "./entry-state.ts";
import { parseEntry } from "./parse-entry.ts";

export type AssertDeps = ReputationDeps & { audit: Audit };

export type Outcome = {
  value: string;
  outcome: "added" | "changed" | "unchanged" | "held" | "rejected";
  id?: EntryId;
  reason?: string;
  remedy?: string;
};

const AUDITED_VALUES = 100;

/** Adds or changes what this SMS's users assert; one outcome per entry, in order. */
export async function assertEntries(
  deps: AssertDeps,
  entries: readonly NewEntry[],
  by: Actor,
): Promise<Outcome[]> {
  const categories = await tagDefinitions(deps.db);
  const context = { now: deps.clock.now().getTime(), categories };
  const parsed = entries.map((entry) => parseEntry(entry, context));
  const edits = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  const { outcomes, ids, holds } = await applyAudited(deps, "reputation.add", by, edits);
  let at = 0;
  return parsed.map((one, index): Outcome => {
    const shown = entries[index]?.value ?? "";
    if (!one.ok) {
      const { reason, remedy } = one.error;
      return {
        value: shown,
        outcome: "rejected",
        reason,
        ...(remedy === undefined ? {} : { remedy }),
      };
    }
    const id = ids.get(keyOf(one.value));
    const hold = holds.get(keyOf(one.value));
    return {
      value: one.value.value,
      outcome: shownOutcome(outcomes[at++]),
      ...(id === undefined ? {} : { id: EntryId.parse(id) }),
      ...(hold === undefined ? {} : { reason: hold.reason, remedy: hold.remedy }),
    };
  });
}

function shownOutcome(outcome: EditOutcome | undefined): Outcome["outcome"] {
  return outcome === "added" || outcome === "changed" || outcome === "held" ? outcome : "unchanged";
}

export type Withdrawn = { deleted: number; keptByOtherSources: number; missing: number };

/** Withdraws what this SMS's users assert; what other sources assert stays. */
export async function withdrawEntries(
  deps: AssertDeps,
  ids: readonly EntryId[],
  by: Actor,
): Promise<Withdrawn> {
  const rows = await entriesOf(deps.db, [...new Set(ids)]);
  const edits = rows.map(({ type, value }) => ({
    type,
    value,
    source: LOCAL_SOURCE,
    assertion: null,
  }));
  const { outcomes } = await applyAudited(deps, "reputation.delete", by, edits);
  const remaining = await sourcesOf(deps.db, rows);
  return {
    deleted: outcomes.filter((outcome) => outcome === "withdrawn").length,
    keptByOtherSources: remaining.size,
    missing: ids.length - rows.length,
  };
}

async function applyAudited(
  deps: AssertDeps,
  action: string,
  by: Actor,
  edits: readonly EntryEdit[],
): Promise<ChangeResult> {
  if (edits.length === 0) return { outcomes: [], ids: new Map(), holds: new Map() };
  const done = await transaction(
    deps.db,
    async (tx): Promise<ChangeResult & { change: ReputationChange }> => {
      const revision = await nextRevision(tx, REPUTATION_COUNTER);
      const { result, change } = await applyEdits(tx, deps, edits, revision);
      const values = edits.slice(0, AUDITED_VALUES).map(({ value }) => value);
      const object = edits.length === 1 ? (values[0] ?? "") : `${edits.length} entries`;
      await deps.audit(tx, { by, action, object, after: { values } });
      return { ...result, change };
    },
  );
  deps.onChange(done.change);
  return done;
}
