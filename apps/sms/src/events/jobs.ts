import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import type { Db } from "../database.ts";
import { createPartitions, dropPartitions } from "./partitions.ts";
import { forgetEntryCounts } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** In days. */
const ENTRY_COUNTS_KEPT = 30;

export type PartitionJob = { db: Db; clock: Clock; log: Log; retentionDays: number };

/** Keeps days of event storage ahead, and drops what is older than the retention. */
export function partitionUpkeep({ db, clock, log, retentionDays }: PartitionJob): PollLoop {
  return new PollLoop({
    name: "event-partitions",
    intervalMs: HOUR,
    log,
    run: async () => {
      const now = clock.now();
      await createPartitions(db, now);
      await forgetEntryCounts(db, new Date(now.getTime() - ENTRY_COUNTS_KEPT * DAY));
      const dropped = await dropPartitions(db, new Date(now.getTime() - retentionDays * DAY));
      if (dropped > 0) log.info({ partitions: dropped }, "dropped old events");
    },
  });
}
