import { nextRevision, transaction } from "@breakwater/postgres";
import {
  applyEdits,
  MOST_EDITS,
  REPUTATION_COUNTER,
  type ReputationDeps,
} from "./change-entries.ts";
import { expiredAssertions } from "./store.ts";

/** Withdraws assertions whose time is over; returns how many. Call again while it returns any. */
export async function expireEntries(deps: ReputationDeps): Promise<number> {
  const done = await transaction(deps.db, async (tx) => {
    // What is due is read after the lock, so that a renewal just before is not undone.
    const revision = await nextRevision(tx, REPUTATION_COUNTER);
    const expired = await expiredAssertions(tx, deps.clock.now(), MOST_EDITS);
    const edits = expired.map((one) => ({ ...one, assertion: null }));
    const { change } = await applyEdits(tx, deps, edits, revision);
    return { count: edits.length, change };
  });
  deps.onChange(done.change);
  return done.count;
}
