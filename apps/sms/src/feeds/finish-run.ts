import { transaction } from "@breakwater/postgres";
import type { Tx } from "../database.ts";
import { NOTHING_READ, type ReadingCounts } from "../imports/index.ts";
import { deleteInput } from "../jobs/index.ts";
import { shownError } from "./feed-failure.ts";
import { type FeedResult, type Run, Superseded, type Work } from "./feed-work.ts";
import { retryRun } from "./schedule.ts";
import type { SpooledFetch } from "./spool-fetch.ts";
import {
  type FeedRow,
  insertRun,
  isVersion,
  lockFeed,
  type RunCounts,
  type StoredRun,
  saveFailure,
  saveSuccess,
  saveTakenOver,
  setHold,
  setSpool,
} from "./store.ts";

type Finish = {
  outcome: StoredRun["outcome"];
  message?: string;
  started: Date;
  fetched?: SpooledFetch;
  size?: number;
  counts?: ReadingCounts;
  hold?: { reason: string; remedy: string; after: number };
};

/** One commit says how it ended, so that a job that is taken up again after it does nothing more. */
export async function finish({ deps, run, feed }: Work, end: Finish): Promise<FeedResult> {
  const { outcome, fetched, counts = NOTHING_READ } = end;
  const now = deps.clock.now();
  const result = resultOf(end, counts);
  await transaction(deps.db, async (tx) => {
    const current = await lockFeed(tx, feed.id);
    if (current?.version !== feed.version) throw new Superseded();
    const changed = counts.added + counts.changed + counts.withdrawn > 0;
    await saveSuccess(tx, feed.id, now, { changed });
    if (outcome === "not-modified") await setHold(tx, feed.id, { held: null });
    if (outcome === "applied" && fetched !== undefined) {
      await saveTakenOver(tx, feed.id, takenOver(current, fetched, end));
    }
    if (outcome === "held") await setHold(tx, feed.id, { held: heldOf(current, end, now) });
    await setSpool(tx, feed.id, null);
    if (fetched !== undefined) await deleteInput(tx, fetched.spool);
    await insertRun(tx, feed.id, storedRun(run, end, { counts, now }));
    await run.saveCheckpoint(tx, { phase: "done", result });
  });
  return result;
}

function resultOf(end: Finish, counts: ReadingCounts): FeedResult {
  const { outcome, message, fetched } = end;
  return {
    outcome,
    ...(message === undefined ? {} : { message }),
    bytes: fetched?.bytes ?? 0,
    ...(outcome === "applied" ? counts : {}),
  };
}

function takenOver(feed: FeedRow, fetched: SpooledFetch, { size = 0, counts }: Finish) {
  const { etag, lastModified, digest, addedAfter, full, now } = fetched;
  const grown = (feed.baseline ?? 0) + (counts?.added ?? 0) - (counts?.withdrawn ?? 0);
  const seen = full ? size : Math.max(0, grown);
  return {
    etag,
    lastModified,
    digest,
    addedAfter,
    full: full ? new Date(now) : null,
    // An empty first fetch is no size to compare others with.
    baseline: seen === 0 && feed.baseline === null ? null : seen,
    rejected: counts?.rejected ?? 0,
  };
}

function heldOf(feed: FeedRow, { hold, fetched }: Finish, now: Date) {
  if (hold === undefined || fetched === undefined) return null;
  return {
    reason: hold.reason,
    remedy: hold.remedy,
    before: feed.baseline ?? 0,
    after: hold.after,
    since: feed.held?.since ?? now.toISOString(),
    digest: fetched.digest,
  };
}

function storedRun(
  run: Run,
  { outcome, message = "", started, fetched }: Finish,
  { counts, now }: { counts: ReadingCounts; now: Date },
): StoredRun {
  const { read, added, changed, withdrawn, unchanged, rejected } = counts;
  const shown: RunCounts = { read, added, changed, withdrawn, unchanged, rejected };
  const bytes = fetched?.bytes ?? 0;
  return { job: run.id, started, finished: now, outcome, message, counts: shown, bytes };
}

export async function noteFailure(
  { deps, run, feed }: Work,
  started: Date,
  error: unknown,
): Promise<void> {
  const now = deps.clock.now();
  const shown = shownError(error);
  await transaction(deps.db, async (tx) => {
    const current = await lockFeed(tx, feed.id);
    if (current?.version !== feed.version) return;
    const { everyMinutes } = feed.settings.schedule;
    const failures = current.failures + 1;
    const at = retryRun(now.getTime(), everyMinutes, { failures, random: deps.random() });
    await saveFailure(tx, feed.id, { at: now, nextRun: new Date(at), error: shown });
    const spool = await setSpool(tx, feed.id, null);
    if (spool !== null) await deleteInput(tx, spool);
    const end = { outcome: "failed", message: shown.message, started } as const;
    await insertRun(tx, feed.id, storedRun(run, end, { counts: NOTHING_READ, now }));
  });
}

export async function checkVersion(tx: Tx, { id, version }: FeedRow): Promise<void> {
  if (!(await isVersion(tx, id, version))) throw new Superseded();
}
