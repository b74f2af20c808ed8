import { transaction } from "@breakwater/postgres";
import type { SetId, SetOperation } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Db, Executor } from "../../database.ts";
import { entryState, type StateColumns } from "../entries/entry-row.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { type SourceNames, sourceNames } from "../entries/source-names.ts";
import type { LiveSets } from "./live-sets.ts";
import type { Selection } from "./selection.ts";
import { oneSet, type SetRow } from "./set-store.ts";

/** Above this many operations a snapshot is the shorter way. */
export const MOST_OPERATIONS = 5000;

/** `complete` is false when there is more than a delta may hold. */
export type ChangesSince = { position: SetRow; operations: SetOperation[]; complete: boolean };

/** What changed since each of `versions`, all up to one and the same position. */
export async function readChanges(
  { db, liveSets }: { db: Db; liveSets: LiveSets },
  set: SetId,
  versions: readonly number[],
): Promise<ReadonlyMap<number, ChangesSince> | undefined> {
  return transaction(
    db,
    async (tx) => {
      const position = await oneSet(tx, set);
      if (position === undefined) return undefined;
      const found = new Map<number, ChangesSince>();
      for (const version of versions) {
        const changes =
          version >= position.version
            ? { operations: [], complete: true }
            : await operationsSince(tx, liveSets, set, version);
        found.set(version, { position, ...changes });
      }
      return found;
    },
    // One snapshot for all the reads.
    { isolation: "repeatable read" },
  );
}

/**
 * Whatever changed after `version` is told as it is now: as a member with its filter, or as none. An
 * entry that this set did not feel is told as well; that changes nothing on a device.
 */
async function operationsSince(
  db: Executor,
  liveSets: LiveSets,
  set: SetId,
  version: number,
): Promise<Omit<ChangesSince, "position">> {
  const changed = await changedEntries(db, version, MOST_OPERATIONS + 1);
  const gone = await removedSince(db, version, MOST_OPERATIONS + 1 - changed.length);
  if (changed.length + gone.length > MOST_OPERATIONS) return { operations: [], complete: false };
  const select = await liveSets.selection(db, set);
  const names = await sourceNames(db);
  const operations = [
    ...changed.map((row) => operationOf(row, select, names)),
    ...gone.map(({ type, value }): SetOperation => ["-", type, value]),
  ];
  return { operations, complete: true };
}

function operationOf(row: StateColumns, select: Selection, names: SourceNames): SetOperation {
  const { type, value } = row;
  const filter = select({ type, value, ...entryState(row, names) });
  return filter === undefined ? ["-", type, value] : ["+", type, value, filter];
}

async function changedEntries(
  db: Executor,
  version: number,
  limit: number,
): Promise<StateColumns[]> {
  const { rows } = await sql<StateColumns>`
    select type, value, severity, scan_action, sources, tags, held, expires from reputation_entry
    where revision > ${version} order by revision limit ${limit}`.execute(db);
  return rows;
}

async function removedSince(db: Executor, version: number, limit: number): Promise<EntryKey[]> {
  const { rows } = await sql<EntryKey>`
    select type, value from reputation_removal
    where revision > ${version} order by revision limit ${limit}`.execute(db);
  return rows;
}
