import { transaction } from "@breakwater/postgres";
import type { EntryType, SetId, SetPosition } from "@breakwater/protocol";
import { encodeSnapshot, ReputationIndex } from "@breakwater/reputation-set";
import { sql } from "kysely";
import type { Db, Executor } from "../../database.ts";
import { oneSet } from "./set-store.ts";

const PAGE = 10_000;

export type BuiltSnapshot = { position: SetPosition; parts: () => Iterable<Buffer> };

/** A set as it is now, ready to encode; undefined when there is no such set. */
export async function buildSnapshot(db: Db, set: SetId): Promise<BuiltSnapshot | undefined> {
  return transaction(
    db,
    async (tx) => {
      const position = await oneSet(tx, set);
      if (position === undefined) return undefined;
      const index = new ReputationIndex();
      for await (const page of memberPages(tx, set)) {
        for (const { type, value, filter } of page) index.put(type, value, filter);
      }
      if (index.checksum !== position.checksum) {
        // Devices would refuse it; the running checksum of the set must be wrong.
        throw new Error(`reputation set ${set}: the members do not add up to its checksum`);
      }
      return { position, parts: () => encodeSnapshot(index, set, position.version) };
    },
    { isolation: "repeatable read" },
  );
}

type PageRow = { type: EntryType; value: string; filter: number };

async function* memberPages(db: Executor, set: SetId): AsyncGenerator<PageRow[]> {
  let last: PageRow | undefined;
  do {
    const { rows }: { rows: PageRow[] } = await sql<PageRow>`
      select type, value, filter from reputation_set_member
      where set = ${set} and removed is null and (type, value) > (${last?.type ?? ""}, ${last?.value ?? ""})
      order by type, value limit ${PAGE}`.execute(db);
    yield rows;
    last = rows.length < PAGE ? undefined : rows.at(-1);
  } while (last !== undefined);
}
