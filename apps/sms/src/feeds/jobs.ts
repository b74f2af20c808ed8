import { type Clock, type Log, PollLoop, SYSTEM_PRINCIPAL } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import type { Db } from "../database.ts";
import { type JobDeps, type JobKind, startJob } from "../jobs/index.ts";
import type { FeedParams } from "./feed-work.ts";
import { nextRun } from "./schedule.ts";
import { lockDueFeeds, setNextRun } from "./store.ts";

const POLL_MS = 10_000;
const AT_ONCE = 20;
const BY = { principal: SYSTEM_PRINCIPAL, source: "schedule" };

export type ScheduleDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  jobs: JobDeps;
  kind: JobKind<FeedParams>;
  random: () => number;
};

/** Starts the feeds that are due; any process may run them. */
export function feedSchedule(deps: ScheduleDeps): PollLoop {
  return new PollLoop({
    name: "feeds",
    intervalMs: POLL_MS,
    log: deps.log,
    run: async () => {
      while ((await startDueFeeds(deps)) === AT_ONCE);
    },
  });
}

/** Answers how many there were. */
async function startDueFeeds(deps: ScheduleDeps): Promise<number> {
  const now = deps.clock.now();
  return transaction(deps.db, async (tx) => {
    const due = await lockDueFeeds(tx, now, AT_ONCE);
    for (const { id, name, settings } of due) {
      const params = { feed: id, name };
      await startJob(deps.jobs, deps.kind, { params, by: BY, tx });
      const next = nextRun(now.getTime(), settings.schedule.everyMinutes, deps.random());
      await setNextRun(tx, id, new Date(next));
    }
    return due.length;
  });
}
