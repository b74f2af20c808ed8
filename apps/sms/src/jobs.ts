import { PollLoop } from "@breakwater/platform";
import type { SmsContext } from "./context.ts";
import { removeUnused } from "./distribution/index.ts";
import { partitionUpkeep } from "./events/jobs.ts";
import { exceptionTimer } from "./exceptions/jobs.ts";
import { feedSchedule } from "./feeds/jobs.ts";
import { uploadUpkeep } from "./imports/jobs.ts";
import { jobRunner, jobUpkeep } from "./jobs/jobs.ts";
import { expiryTimer, removalUpkeep, trashUpkeep } from "./reputation/jobs.ts";
import { withdrawalUpkeep } from "./sources/jobs.ts";

const HOUR = 3_600_000;
/** Notices make changes quick; polling makes them certain. */
const POLL_MS = 2_000;
const REGISTRY_POLL_MS = 10_000;

/** Starts what runs beside requests; returns how to stop it. */
export function startJobs(context: SmsContext, recheckPeers: () => void): () => Promise<void> {
  const { db, clock, log, push, registry, reputation, changeListeners, deviceListeners } = context;
  const exceptions = exceptionTimer({ ...reputation, log }).start();
  context.exceptionListeners.add((expires) => exceptions.note(expires));
  const expiry = expiryTimer({ ...reputation, log }).start();
  changeListeners.add(({ earliestExpiry }) => expiry.note(earliestExpiry));
  const certificates = new PollLoop({
    name: "device-certificates",
    intervalMs: REGISTRY_POLL_MS,
    log,
    run: async () => {
      await registry.reload();
      recheckPeers();
    },
  });
  const pushPoll = new PollLoop({
    name: "push-poll",
    intervalMs: POLL_MS,
    log,
    run: () => push.poll(),
  });
  deviceListeners.add(() => {
    certificates.wake();
    pushPoll.wake();
  });
  const runner = jobRunner({ db, clock, log, kinds: context.jobs.kinds }).start();
  context.jobListeners.add(() => runner.wake());
  const unused = new PollLoop({
    name: "unused-bundles",
    intervalMs: HOUR,
    log,
    run: async () => {
      await removeUnused(db, new Date(clock.now().getTime() - HOUR));
    },
  });
  const { eventRetentionDays: retentionDays } = context.config;
  const loops = [
    certificates,
    pushPoll,
    unused,
    context.accounts.cleanUp,
    jobUpkeep({ db, clock, log }),
    uploadUpkeep({ db, clock, log }),
    withdrawalUpkeep({ db, clock, log }),
    feedSchedule({
      db,
      clock,
      log,
      jobs: context.jobs,
      kind: context.jobKinds.feeds,
      random: Math.random,
    }),
    removalUpkeep({ ...reputation, log }),
    trashUpkeep({ db, clock, log }),
    partitionUpkeep({ db, clock, log, retentionDays }),
  ].map((loop) => loop.start());
  push.start();
  return async () => {
    await Promise.all([
      expiry.stop(),
      exceptions.stop(),
      runner.stop(),
      ...loops.map((loop) => loop.stop()),
    ]);
  };
}
