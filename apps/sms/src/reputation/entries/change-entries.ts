import type { Clock } from "@breakwater/platform";
import { nextRevision, notify, transaction } from "@breakwater/postgres";
import type { SetId } from "@breakwater/protocol";
import type { Db, Tx } from "../../database.ts";
import type { LiveSets } from "../sets/live-sets.ts";
import { updateSets } from "../sets/update-sets.ts";
import { type EditOutcome, type EntryEdit, keyOf, planChanges } from "./change-plan.ts";
import { loadEntries, writeChanges } from "./store.ts";

/** Writers of reputation data wait for each other from this counter to their commit. */
export const REPUTATION_COUNTER = "reputation";
/** Notices carry the ids of the sets that changed. */
export const SETS_CHANNEL = "sms_sets";
/** The longest list one transaction takes on, so that nobody waits long behind it. */
export const MOST_EDITS = 2000;

export type ReputationDeps = {
  db: Db;
  clock: Clock;
  liveSets: LiveSets;
  /** Called after commit. */
  onChange: (change: ReputationChange) => void;
};

export type ReputationChange = { sets: SetId[]; earliestExpiry: number | null };

export type ChangeResult = { outcomes: EditOutcome[]; ids: ReadonlyMap<string, string> };

/**
 * Applies edits in one transaction: assertions, effective state, tags, revision and the membership of
 * every live set. Once it resolves, the change is committed and its delta is on its way to devices.
 */
export async function changeEntries(
  deps: ReputationDeps,
  edits: readonly EntryEdit[],
): Promise<ChangeResult> {
  const done = await transaction(deps.db, (tx) => changeWithin(tx, deps, edits));
  deps.onChange(done.change);
  return done.result;
}

/** The same inside a caller's transaction; the caller passes `change` to `onChange` after commit. */
export async function changeWithin(
  tx: Tx,
  deps: ReputationDeps,
  edits: readonly EntryEdit[],
): Promise<{ result: ChangeResult; change: ReputationChange }> {
  const revision = await nextRevision(tx, REPUTATION_COUNTER);
  return applyEdits(tx, deps, edits, revision);
}

/** For a caller that holds the counter already. */
export async function applyEdits(
  tx: Tx,
  deps: ReputationDeps,
  edits: readonly EntryEdit[],
  revision: number,
): Promise<{ result: ChangeResult; change: ReputationChange }> {
  const now = deps.clock.now().getTime();
  const stored = await loadEntries(tx, distinctKeys(edits));
  const { changes, outcomes } = planChanges(edits, stored, now);
  const written = await writeChanges(tx, changes, revision, now);
  const sets = await updateSets(tx, deps.liveSets, changes, revision, new Date(now));
  for (const set of sets) await notify(tx, SETS_CHANNEL, set);
  const ids = new Map([...stored].map(([key, entry]) => [key, entry.id]));
  for (const [key, id] of written) ids.set(key, id);
  const expiries = changes.flatMap(({ upserts }) => upserts.flatMap((one) => one.expires ?? []));
  return {
    result: { outcomes, ids },
    change: { sets, earliestExpiry: expiries.length === 0 ? null : earliest(expiries) },
  };
}

function distinctKeys(edits: readonly EntryEdit[]) {
  return [
    ...new Map(edits.map(({ type, value }) => [keyOf({ type, value }), { type, value }])).values(),
  ];
}

function earliest(times: readonly number[]): number {
  return times.reduce((least, time) => Math.min(least, time));
}
