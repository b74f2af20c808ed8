import type { SetId, SetMember, SetPosition } from "@breakwater/protocol";
import type { Tx } from "../../database.ts";
import { type EntryChange, keyOf } from "../entries/change-plan.ts";
import { movedChecksum } from "./checksum.ts";
import type { LiveSets } from "./live-sets.ts";
import type { Selection } from "./selection.ts";
import {
  allSets,
  type MemberChange,
  membersOf,
  moveSet,
  type SetRow,
  writeMembers,
} from "./set-store.ts";

/**
 * Evaluates changed entries, and only those, against every live set; writes what enters, leaves or
 * changes its filter, and moves version and checksum. Returns the ids of the sets that changed.
 * The caller holds the reputation counter.
 */
export async function updateSets(
  tx: Tx,
  live: LiveSets,
  changes: readonly EntryChange[],
  revision: number,
  now: Date,
): Promise<SetId[]> {
  if (changes.length === 0) return [];
  const sets = await allSets(tx);
  if (sets.length === 0) return [];
  const keys = changes.map(({ type, value }) => ({ type, value }));
  const members = await membersOf(tx, keys);
  const present = new Map(members.map((one) => [`${one.set} ${keyOf(one)}`, one.filter]));
  const changed: SetId[] = [];
  for (const row of sets) {
    const selection = await live.selection(tx, row.set);
    const filterNow = (change: EntryChange) => present.get(`${row.set} ${keyOf(change)}`);
    const step = { version: revision, now };
    const planned = planSet(row, selection, changes, filterNow, step);
    if (planned.members.length === 0) continue;
    await writeMembers(tx, row.set, revision, planned.members);
    await moveSet(tx, planned.position);
    changed.push(row.set);
  }
  return changed;
}

type PlannedSet = { position: SetPosition; members: MemberChange[] };

function planSet(
  row: SetRow,
  selection: Selection,
  changes: readonly EntryChange[],
  filterNow: (change: EntryChange) => number | undefined,
  step: { version: number; now: Date },
): PlannedSet {
  const members: MemberChange[] = [];
  const left: SetMember[] = [];
  const entered: SetMember[] = [];
  for (const change of changes) {
    const { type, value, after } = change;
    const was = filterNow(change);
    const is = after === undefined ? undefined : selection({ type, value, ...after });
    if (was === is) continue;
    if (was !== undefined) left.push({ type, value, filter: was });
    if (is !== undefined) entered.push({ type, value, filter: is });
    const removed = is === undefined ? step.now : null;
    members.push({ type, value, filter: is ?? was ?? 0, removed });
  }
  const count = row.count + entered.length - left.length;
  const checksum = movedChecksum(row.checksum, left, entered);
  return { position: { set: row.set, version: step.version, checksum, count }, members };
}
