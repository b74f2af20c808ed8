import { transaction } from "@breakwater/postgres";
import type { SetId } from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { type ChangesSince, changesSince } from "./set-store.ts";

/** Above this many operations a snapshot is the shorter way. */
const MOST_OPERATIONS = 5000;

/** What changed since each of `versions`, all up to one and the same position. */
export async function readChanges(
  db: Db,
  set: SetId,
  versions: readonly number[],
): Promise<ReadonlyMap<number, ChangesSince> | undefined> {
  return transaction(
    db,
    async (tx) => {
      const found = new Map<number, ChangesSince>();
      for (const version of versions) {
        const changes = await changesSince(tx, set, version, MOST_OPERATIONS);
        if (changes === undefined) return undefined;
        found.set(version, changes);
      }
      return found;
    },
    // One snapshot for all the reads.
    { isolation: "repeatable read" },
  );
}
