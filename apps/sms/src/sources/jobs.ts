import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import type { Db } from "../database.ts";
import { deleteWithdrawn } from "./store.ts";
import { UNDO_MS } from "./withdraw-source.ts";

const HOUR = 3_600_000;
/** An undo that was started in time comes to its end. */
const KEPT_MS = 2 * UNDO_MS;

/** Forgets what can no longer be brought back. */
export function withdrawalUpkeep({ db, clock, log }: { db: Db; clock: Clock; log: Log }): PollLoop {
  return new PollLoop({
    name: "source-withdrawals",
    intervalMs: HOUR,
    log,
    run: () => deleteWithdrawn(db, new Date(clock.now().getTime() - KEPT_MS)),
  });
}
