import { randomUUID } from "node:crypto";
import { copyTransaction, nextRevision } from "@breakwater/postgres";
import { type ReputationFilters, SetId, type SetMember } from "@breakwater/protocol";
import { EMPTY_CHECKSUM } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { type Executor, jsonText, type Pool, type Schema, type Tx } from "../../database.ts";
import { REPUTATION_COUNTER } from "../entries/change-entries.ts";
import type { EntryKey, EntryState } from "../entries/entry-state.ts";
import { movedChecksum } from "./checksum.ts";
import { compileSelection, selectionHash } from "./selection.ts";
import { setOfSelection } from "./set-store.ts";

const PAGE = 5000;
const COLUMNS = ["set", "type", "value", "filter", "version"];

/**
 * The set that `filters` select: an existing one when another profile selects the same, else a new
 * one built from all entries. Entry changes wait meanwhile, so the new set misses none.
 */
export async function ensureSet(pool: Pool, filters: ReputationFilters): Promise<SetId> {
  const hash = selectionHash(filters);
  return copyTransaction<Schema, SetId>(pool, async (tx, copy) => {
    const existing = await setOfSelection(tx, hash);
    if (existing !== undefined) return existing;
    const version = await nextRevision(tx, REPUTATION_COUNTER);
    // Somebody else may have built it while this waited for the counter.
    const built = await setOfSelection(tx, hash);
    if (built !== undefined) return built;
    await sql`set local statement_timeout = 0`.execute(tx);
    const id = SetId.parse(randomUUID());
    await insertSet(tx, { id, hash, filters, version });
    const select = compileSelection(filters);
    let checksum = EMPTY_CHECKSUM;
    let count = 0;
    for await (const page of entryPages(tx)) {
      const members = page.flatMap((entry) => memberOf(entry, select(entry)) ?? []);
      checksum = movedChecksum(checksum, [], members);
      count += members.length;
      const rows = members.map(({ type, value, filter }) => [id, type, value, filter, version]);
      if (rows.length > 0) await copy({ table: "reputation_set_member", columns: COLUMNS }, rows);
    }
    await sql`update reputation_set set checksum = ${checksum}, count = ${count}
      where id = ${id}`.execute(tx);
    return id;
  });
}

function memberOf({ type, value }: EntryKey, filter: number | undefined): SetMember | undefined {
  return filter === undefined ? undefined : { type, value, filter };
}

async function insertSet(
  tx: Tx,
  set: { id: SetId; hash: string; filters: ReputationFilters; version: number },
): Promise<void> {
  await sql`
    insert into reputation_set (id, selection_hash, filters, version, checksum, count, forgotten)
    values (${set.id}, ${set.hash}, ${jsonText(set.filters)}::jsonb, ${set.version},
      ${EMPTY_CHECKSUM}, 0, ${set.version})`.execute(tx);
}

type SelectableRow = EntryKey & Pick<EntryState, "tags" | "sources"> & { id: number };

/** All entries in pages, by id. */
export async function* entryPages(db: Executor): AsyncGenerator<SelectableRow[]> {
  let after = 0;
  for (;;) {
    const { rows } = await sql<SelectableRow>`
      select id, type, value, tags, sources from reputation_entry
      where id > ${after} order by id limit ${PAGE}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}
