import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import { JobId } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { deleteInput } from "../jobs/index.ts";
import { takeAbandoned } from "./store.ts";

const HOUR = 3_600_000;
const KEPT_MS = 24 * HOUR;

/** Forgets uploads that nobody started. */
export function uploadUpkeep({ db, clock, log }: { db: Db; clock: Clock; log: Log }): PollLoop {
  return new PollLoop({
    name: "abandoned-uploads",
    intervalMs: HOUR,
    log,
    run: async () => {
      const before = new Date(clock.now().getTime() - KEPT_MS);
      for (const id of await takeAbandoned(db, before)) await deleteInput(db, JobId.parse(id));
    },
  });
}
