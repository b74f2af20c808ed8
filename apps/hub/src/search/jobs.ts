import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import type { HubDb } from "../database.ts";
import { keepPartitions } from "./partitions.ts";

const HOUR_MS = 3_600_000;

/** Makes partitions ahead and drops old ones; resolves when intake can begin. */
export async function startRetention(options: {
  db: HubDb;
  clock: Clock;
  log: Log;
  retentionDays: number;
}): Promise<PollLoop> {
  const { db, clock, log, retentionDays } = options;
  const run = async () => {
    const { dropped } = await keepPartitions(db, clock.now(), retentionDays);
    if (dropped.length > 0) log.info({ dropped }, "dropped detections past retention");
  };
  await run();
  return new PollLoop({ name: "detection retention", intervalMs: HOUR_MS, log, run }).start();
}
