import type { Clock } from "@breakwater/platform";
import { currentRevision, nextRevision, notify, transaction } from "@breakwater/postgres";
import type { SetId } from "@breakwater/protocol";
import type { Db, Executor, Tx } from "../../database.ts";
import type { LiveSets } from "../sets/live-sets.ts";
import { forgetRemovalsOf, type Removal, writeRemovals } from "../sets/removal-store.ts";
import { SetMoves } from "../sets/set-moves.ts";
import {
  type EditOutcome,
  type EntryChange,
  type EntryEdit,
  type Guard,
  keyOf,
  planChanges,
} from "./change-plan.ts";
import { type EntryRecord, entryRecord } from "./entry-row.ts";
import type { Hold } from "./entry-state.ts";
import { ensureSources, type SourceNames } from "./source-names.ts";
import { deleteEntries, loadEntries, upsertEntries } from "./store.ts";
import { Tally, writeTally } from "./tally.ts";

/** Writers of reputation data wait for each other from this counter to their commit. */
export const REPUTATION_COUNTER = "reputation";
/** The last change of reputation data that was committed. */
export function reputationRevision(db: Db): Promise<number> {
  return currentRevision(db, REPUTATION_COUNTER);
}

/** Notices carry the ids of the sets that changed. */
export const SETS_CHANNEL = "sms_sets";
/** The longest list one transaction takes on, so that nobody waits long behind it. */
export const MOST_EDITS = 2000;

export type ReputationDeps = {
  db: Db;
  clock: Clock;
  liveSets: LiveSets;
  /** What safeguards hold back, as they are now. */
  guard: (db: Executor) => Promise<Guard>;
  /** Called after commit. */
  onChange: (change: ReputationChange) => void;
};

export type ReputationChange = { sets: SetId[]; earliestExpiry: number | null };

export type ChangeResult = {
  outcomes: EditOutcome[];
  /** By {@link keyOf}, as are the holds. */
  ids: ReadonlyMap<string, string>;
  holds: ReadonlyMap<string, Hold>;
};

export type Applied = { result: ChangeResult; change: ReputationChange };

/**
 * Applies edits in one transaction: assertions, effective state, tags, revision and the position of
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
): Promise<Applied> {
  const revision = await nextRevision(tx, REPUTATION_COUNTER);
  return applyEdits(tx, deps, edits, revision);
}

/** For a caller that holds the counter already. */
export async function applyEdits(
  tx: Tx,
  deps: ReputationDeps,
  edits: readonly EntryEdit[],
  revision: number,
): Promise<Applied> {
  const now = deps.clock.now().getTime();
  const names = await ensureSources(tx, sourcesOf(edits));
  const stored = await loadEntries(tx, distinctKeys(edits), names);
  const guard = await deps.guard(tx);
  const { changes, outcomes, holds } = planChanges(edits, stored, { now, guard });
  const { ids, change } = await writeChanges(tx, deps, changes, { revision, now, names });
  for (const [key, entry] of stored) if (!ids.has(key)) ids.set(key, entry.id);
  return { result: { outcomes, ids, holds }, change };
}

export type WriteStep = { revision: number; now: number; names: SourceNames };

/** Writes planned changes, and moves the sets that feel them. */
export async function writeChanges(
  tx: Tx,
  { liveSets }: Pick<ReputationDeps, "liveSets">,
  changes: readonly EntryChange[],
  { revision, now, names }: WriteStep,
): Promise<{ ids: Map<string, string>; change: ReputationChange }> {
  if (changes.length === 0) return { ids: new Map(), change: { sets: [], earliestExpiry: null } };
  const moves = new SetMoves(await liveSets.current(tx), revision);
  const tally = new Tally(names);
  const written: EntryRecord[] = [];
  const fresh: EntryChange[] = [];
  const gone: Removal[] = [];
  let earliestExpiry: number | null = null;
  for (const change of changes) {
    const felt = moves.note(change);
    tally.note(change);
    const { before, after } = change;
    if (after === undefined) {
      const { type, value } = change;
      gone.push({ type, value, revision: felt ? revision : (before?.revision ?? revision) });
      continue;
    }
    const at = felt ? revision : (before?.revision ?? revision);
    const record = entryRecord(change, after, names, at);
    earliestExpiry = earlier(earliestExpiry, record.due);
    written.push(record);
    if (before === undefined) fresh.push(change);
  }
  const at = new Date(now);
  const ids = await upsertEntries(tx, written, at);
  await deleteEntries(tx, gone);
  await forgetRemovalsOf(tx, fresh);
  await writeRemovals(tx, gone, at);
  await writeTally(tx, tally);
  const sets = await moves.write(tx);
  await tellSets(tx, sets);
  return { ids, change: { sets, earliestExpiry } };
}

/** Tells every process with the commit. */
export async function tellSets(tx: Tx, sets: readonly SetId[]): Promise<void> {
  for (const set of sets) await notify(tx, SETS_CHANNEL, set);
}

function sourcesOf(edits: readonly EntryEdit[]): Set<string> {
  const names = new Set<string>();
  for (const { source, assertion } of edits) if (assertion !== null) names.add(source);
  return names;
}

function distinctKeys(edits: readonly EntryEdit[]) {
  return [
    ...new Map(edits.map(({ type, value }) => [keyOf({ type, value }), { type, value }])).values(),
  ];
}

export function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
