import { nextRevision, transaction } from "@breakwater/postgres";
import {
  applyEdits,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "./change-entries.ts";
import type { EntryEdit, StoredEntry } from "./change-plan.ts";
import { sourceNames } from "./source-names.ts";
import { dueEntries } from "./store.ts";

/** Withdraws assertions whose time is over; returns how many. Call again while it returns any. */
export async function expireEntries(deps: ReputationDeps): Promise<number> {
  const done = await transaction(deps.db, async (tx) => {
    // What is due is read after the lock, so that a renewal just before is not undone.
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const now = deps.clock.now();
    const due = await dueEntries(tx, now, MOST_EDITS, await sourceNames(tx));
    const edits = due.flatMap((entry) => endedAssertions(entry, now.getTime()));
    const { change } = await applyEdits(tx, deps, edits, revision);
    return { count: edits.length, change };
  });
  deps.onChange(done.change);
  return done.count;
}

function endedAssertions({ type, value, assertions }: StoredEntry, now: number): EntryEdit[] {
  return assertions
    .filter(({ expires }) => expires !== null && expires <= now)
    .map(({ source }) => ({ type, value, source, assertion: null }));
}
