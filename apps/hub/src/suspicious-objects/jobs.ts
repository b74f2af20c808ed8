import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import type { HubDb } from "../database.ts";
import { purgeTombstones } from "./store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Forgets deletions that every product has had time to hear of. */
export function startPurge(options: {
  db: HubDb;
  clock: Clock;
  log: Log;
  tombstoneDays: number;
}): PollLoop {
  const { db, clock, log, tombstoneDays } = options;
  return new PollLoop({
    name: "purge of deleted objects",
    intervalMs: HOUR_MS,
    log,
    run: async () => {
      const before = new Date(clock.now().getTime() - tombstoneDays * DAY_MS);
      const purged = await transaction(db, (tx) => purgeTombstones(tx, before));
      if (purged > 0) log.info({ purged }, "forgot old deletions");
    },
  }).start();
}
