import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { nextRevision, transaction } from "@breakwater/postgres";
import { SetId, type SetPosition } from "@breakwater/protocol";
import { EMPTY_CHECKSUM, SnapshotBuilder } from "@breakwater/reputation-set";
import { sql } from "kysely";
import type { Db, Tx } from "../../database.ts";
import { REPUTATION_COUNTER } from "../entries/change-entries.ts";
import type { LiveSets } from "./live-sets.ts";
import { selectionHash } from "./selection.ts";
import { setMembers } from "./set-members.ts";
import { addChecksums } from "./set-moves.ts";
import {
  deleteUnready,
  followedSets,
  insertSet,
  markReady,
  type SetDefinition,
  setOfSelection,
} from "./set-store.ts";

const TRY_AGAIN_MS = 100;

/**
 * The set that `definition` selects: the one there is, or a new one made from all entries. Entries go
 * on changing meanwhile, and nothing waits:
 *
 *   counter held:    the set is stored empty, and follows every change from now on; the entries are
 *                    remembered as they are at this moment (an exported snapshot of the database)
 *   counter free:    those entries are read and added up
 *   counter held:    the sum is added to what has changed since, and the set is ready
 */
export async function ensureSet(
  deps: { db: Db; liveSets: LiveSets },
  definition: SetDefinition,
): Promise<SetId> {
  const hash = selectionHash(definition);
  for (;;) {
    const existing = await setOfSelection(deps.db, hash);
    if (existing?.ready === true) return existing.id;
    const made = await transaction(deps.db, async (tx) => {
      if (!(await mayMake(tx))) return undefined;
      const found = await setOfSelection(deps.db, hash);
      if (found?.ready === true) return found.id;
      // Whoever made it was ended half-way.
      if (found !== undefined) await deleteUnready(deps.db, found.id);
      return await makeSet(deps, hash, definition);
    });
    if (made !== undefined) return made;
    await sleep(TRY_AGAIN_MS);
  }
}

/** One at a time over all processes. Nobody keeps a connection while waiting for it. */
async function mayMake(tx: Tx): Promise<boolean> {
  // It holds the lock, and nothing else, until the set is made on other connections.
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  const { rows } = await sql<{ ok: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('breakwater reputation set')) as ok`.execute(tx);
  return rows[0]?.ok === true;
}

async function makeSet(
  { db, liveSets }: { db: Db; liveSets: LiveSets },
  hash: string,
  definition: SetDefinition,
): Promise<SetId> {
  const id = SetId.parse(randomUUID());
  try {
    const base = await addUp(db, liveSets, { id, hash, definition });
    await transaction(db, async (tx) => {
      const version = await nextRevision(tx, REPUTATION_COUNTER);
      const since = (await followedSets(tx)).find(({ set }) => set === id);
      if (since === undefined) throw new Error(`the new reputation set ${id} is gone`);
      const count = base.count + since.count;
      const checksum = addChecksums(base.checksum, since.checksum);
      await markReady(tx, { set: id, version, count, checksum });
    });
    return id;
  } catch (error) {
    await deleteUnready(db, id).catch(() => undefined);
    throw error;
  }
}

type Making = { id: SetId; hash: string; definition: SetDefinition };

/** Reads the entries as they are when the set begins to follow changes. */
async function addUp(
  db: Db,
  liveSets: LiveSets,
  { id, hash, definition }: Making,
): Promise<Pick<SetPosition, "count" | "checksum">> {
  return transaction(
    db,
    async (reader) => {
      await transaction(db, async (tx) => {
        const version = await nextRevision(tx, REPUTATION_COUNTER);
        await insertSet(tx, hash, definition, { set: id, version, ...EMPTY });
        // Every earlier change is committed, and none comes before this transaction ends.
        await readAs(reader, tx);
      });
      const builder = new SnapshotBuilder();
      const exceptions = await liveSets.exceptions(reader);
      for await (const page of setMembers(reader, definition, exceptions))
        discard(builder.add(page));
      discard(builder.end());
      return { count: builder.count, checksum: builder.checksum };
    },
    { isolation: "repeatable read" },
  );
}

const EMPTY = { count: 0, checksum: EMPTY_CHECKSUM };

/** Makes `reader`, which has not read anything yet, see exactly what `tx` sees but for its own changes. */
async function readAs(reader: Tx, tx: Tx): Promise<void> {
  const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
  await sql`set transaction snapshot ${sql.lit(rows[0]?.id ?? "")}`.execute(reader);
  await sql`set local statement_timeout = 0`.execute(reader);
}

/** Only what the builder counts is wanted. */
function discard(blocks: Iterable<unknown>): void {
  for (const _ of blocks);
}
