import { nextRevision, transaction } from "@breakwater/postgres";
import type { EntryId } from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import {
  applyEdits,
  type EntryEdit,
  entriesWithIds,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "../reputation/index.ts";

export type HeldDeps = ReputationDeps & { audit: Audit };

export type HeldChoice = { id: EntryId; source: string };

const AUDITED_VALUES = 100;

/** Lets held assertions through, or withdraws them; answers how many. What is not held stays as it is. */
export async function decideHeld(
  deps: HeldDeps,
  decision: "release" | "discard",
  chosen: readonly HeldChoice[],
  by: Actor,
): Promise<number> {
  const release = { by: by.principal.name, at: deps.clock.now().getTime() };
  const done = await transaction(deps.db, async (tx) => {
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const entries = new Map(
      (
        await entriesWithIds(
          tx,
          chosen.map(({ id }) => id),
        )
      ).map((one) => [one.id, one]),
    );
    const distinct = new Map(chosen.map((one) => [`${one.id} ${one.source}`, one])).values();
    const edits = [...distinct].flatMap(({ id, source }): EntryEdit[] => {
      const entry = entries.get(id);
      const held = entry?.assertions.find((one) => one.source === source && one.held !== null);
      if (entry === undefined || held === undefined) return [];
      const { type, value } = entry;
      return decision === "discard"
        ? [{ type, value, source, assertion: null }]
        : [{ type, value, source, assertion: held, release }];
    });
    const { change } = await applyEdits(tx, deps, edits, revision);
    const values = edits.slice(0, AUDITED_VALUES).map(({ value }) => value);
    const object = edits.length === 1 ? (values[0] ?? "") : `${edits.length} entries`;
    await deps.audit(tx, { by, action: `held.${decision}`, object, after: { values } });
    return { count: edits.length, change };
  });
  deps.onChange(done.change);
  return done.count;
}
