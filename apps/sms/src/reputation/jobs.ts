import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import type { Db } from "../database.ts";
import { UNDO_MS } from "./bulk/bulk-job.ts";
import { emptyTrash } from "./bulk/trash-store.ts";
import type { ReputationDeps } from "./entries/change-entries.ts";
import { expireEntries } from "./entries/expire-entries.ts";
import { ExpiryTimer } from "./entries/expiry-timer.ts";
import { nextExpiry } from "./entries/store.ts";
import { forgetRemovals } from "./sets/removal-store.ts";

const HOUR = 3_600_000;
/** Devices that were away longer fetch the whole set. */
const REMOVALS_KEPT = 7 * 24 * HOUR;

export function expiryTimer(deps: ReputationDeps & { log: Log }): ExpiryTimer {
  return new ExpiryTimer({
    clock: deps.clock,
    log: deps.log,
    what: "reputation entries",
    next: () => nextExpiry(deps.db),
    expire: () => expireEntries(deps),
  });
}

export function removalUpkeep(deps: ReputationDeps & { log: Log; clock: Clock }): PollLoop {
  return new PollLoop({
    name: "reputation-removals",
    intervalMs: HOUR,
    log: deps.log,
    run: async () => {
      const before = new Date(deps.clock.now().getTime() - REMOVALS_KEPT);
      await forgetRemovals(deps.db, before);
    },
  });
}

const TRASH_AT_ONCE = 10_000;

/** Forgets what changes of many entries replaced once they cannot be undone any more. */
export function trashUpkeep({ db, clock, log }: { db: Db; clock: Clock; log: Log }): PollLoop {
  return new PollLoop({
    name: "reputation-trash",
    intervalMs: HOUR,
    log,
    run: async () => {
      const before = new Date(clock.now().getTime() - UNDO_MS);
      while ((await emptyTrash(db, before, TRASH_AT_ONCE)) === TRASH_AT_ONCE);
    },
  });
}
