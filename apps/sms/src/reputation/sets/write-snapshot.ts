import { open } from "node:fs/promises";
import { transaction } from "@breakwater/postgres";
import type { SetId, SetPosition } from "@breakwater/protocol";
import { encodeSortedSnapshot } from "@breakwater/reputation-set";
import type { Db } from "../../database.ts";
import type { LiveSets } from "./live-sets.ts";
import { setMembers } from "./set-members.ts";
import { oneSet, setDefinition } from "./set-store.ts";

/** Writes a set as it is now into a new file; undefined when there is no such set. */
export async function writeSnapshot(
  { db, liveSets }: { db: Db; liveSets: LiveSets },
  set: SetId,
  path: string,
): Promise<SetPosition | undefined> {
  const file = await open(path, "w");
  try {
    return await transaction(
      db,
      async (tx) => {
        const position = await oneSet(tx, set);
        const definition = await setDefinition(tx, set);
        if (position === undefined || definition === undefined) return undefined;
        const members = setMembers(tx, definition, await liveSets.exceptions(tx));
        const written = await encodeSortedSnapshot(file, set, position.version, members);
        if (written.checksum !== position.checksum || written.count !== position.count) {
          // Devices would refuse it; the running checksum of the set must be wrong.
          throw new Error(`reputation set ${set}: the members do not add up to its checksum`);
        }
        return written;
      },
      { isolation: "repeatable read" },
    );
  } finally {
    await file.close();
  }
}
