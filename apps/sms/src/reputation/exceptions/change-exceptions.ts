import { nextRevision, transaction } from "@breakwater/postgres";
import { sql } from "kysely";
import type { Tx } from "../../database.ts";
import { REPUTATION_COUNTER, type ReputationDeps, tellSets } from "../entries/change-entries.ts";
import type { StoredEntry } from "../entries/change-plan.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import type { LiveSet } from "../sets/live-sets.ts";
import { SetMoves } from "../sets/set-moves.ts";
import { coveredPages } from "./covered-entries.ts";
import { ExceptionIndex } from "./exception-index.ts";
import { EXCEPTION_COUNTER } from "./live-exceptions.ts";
import { liveExceptions } from "./store.ts";

/**
 * Changes exceptions and, in the same transaction, what they take from every set or give back: only
 * entries that the changed exceptions cover are looked at. `work` answers the values of those.
 */
export async function changeExceptions<T>(
  deps: ReputationDeps,
  work: (tx: Tx) => Promise<{ changed: readonly EntryKey[]; result: T }>,
): Promise<T> {
  const done = await transaction(deps.db, async (tx) => {
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const before = await deps.liveSets.current(tx);
    const { changed, result } = await work(tx);
    await nextRevision(tx, EXCEPTION_COUNTER);
    // Not from the cache: what this transaction wrote may still be undone.
    const exceptions = new ExceptionIndex(await liveExceptions(tx));
    const after = await deps.liveSets.under(tx, exceptions);
    const sets = await moveSets(tx, { changed, before, after, revision });
    return { result, sets };
  });
  deps.onChange({ sets: done.sets, earliestExpiry: null });
  return done.result;
}

type Step = {
  changed: readonly EntryKey[];
  before: readonly LiveSet[];
  after: readonly LiveSet[];
  revision: number;
};

async function moveSets(tx: Tx, { changed, before, after, revision }: Step) {
  const moves = new SetMoves(after, revision, before);
  for await (const page of coveredPages(tx, changed)) {
    const felt = page.filter((entry) => moves.note(unchanged(entry)));
    await touch(tx, felt, revision);
  }
  const sets = await moves.write(tx);
  await tellSets(tx, sets);
  return sets;
}

function unchanged({ type, value, state }: StoredEntry) {
  return { type, value, before: { state }, after: state };
}

/** Devices that are behind this revision are told of them. */
async function touch(tx: Tx, entries: readonly StoredEntry[], revision: number): Promise<void> {
  if (entries.length === 0) return;
  await sql`
    update reputation_entry set revision = ${revision}
    where id = any(${entries.map(({ id }) => id)}::bigint[])`.execute(tx);
}
