import type { Indicator } from "@breakwater/indicators";
import { isPassing, transaction } from "@breakwater/postgres";
import { AppError, ok } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import { z } from "zod";
import {
  applyReadings,
  editMaker,
  indicatorSet,
  NOTHING_READ,
  type ReadingCounts,
  withdrawOthers,
} from "../imports/index.ts";
import { defineJobKind, deleteInput, type JobKind, readInput } from "../jobs/index.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import { explained, nothingUsable, tooMany } from "./feed-failure.ts";
import { feedRequest } from "./feed-request.ts";
import { openSecrets } from "./feed-secrets.ts";
import { suddenChange } from "./feed-size.ts";
import {
  Checkpoint,
  FeedParams,
  type FeedResult,
  type FeedRunDeps,
  type Run,
  Superseded,
  type Work,
} from "./feed-work.ts";
import { checkVersion, finish, noteFailure } from "./finish-run.ts";
import { canResume, readSpool } from "./read-spool.ts";
import { expiryOf } from "./schedule.ts";
import { type SpooledFetch, spoolFetch } from "./spool-fetch.ts";
import { type FeedRow, findFeed, setSpool } from "./store.ts";

export const FEED_RUN = "feed-run";

/** Fetches a feed and takes over what it sends. */
export function feedRunJob(deps: FeedRunDeps): JobKind<FeedParams> {
  return defineJobKind({
    kind: FEED_RUN,
    permission: "feeds:write",
    params: FeedParams,
    checkpoint: Checkpoint,
    result: z.record(z.string(), z.union([z.number(), z.string()])),
    unit: "bytes",
    title: ({ name }) => `Fetch ${name}`,
    key: ({ feed }) => feed,
    run: (run) => runFeed(deps, run),
  });
}

async function runFeed(deps: FeedRunDeps, run: Run): Promise<FeedResult> {
  if (run.checkpoint?.phase === "done") return run.checkpoint.result;
  const started = deps.clock.now();
  const feed = await findFeed(deps.db, run.params.feed);
  if (feed === undefined) return { outcome: "deleted" };
  const work = { deps, run, feed };
  try {
    return await fetchAndApply(work, started);
  } catch (error) {
    if (run.signal.aborted || isPassing(error)) throw error;
    if (error instanceof Superseded) return { outcome: "superseded" };
    const shown = explained(error);
    await noteFailure(work, started, shown);
    throw shown;
  }
}

async function fetchAndApply(work: Work, started: Date): Promise<FeedResult> {
  const fetched = await fetchedOf(work);
  if (fetched === undefined) return finish(work, { outcome: "not-modified", started });
  if (fetched.version !== work.feed.version) throw new Superseded();
  const sized = await sizeOf(work, fetched);
  if (sized.kind === "held") {
    return finish(work, {
      outcome: sized.outcome,
      message: sized.message,
      started,
      fetched,
      hold: sized,
    });
  }
  const counts = await takeOver(work, fetched, sized);
  return finish(work, { outcome: "applied", started, fetched, size: sized.size, counts });
}

async function fetchedOf({ deps, run, feed }: Work): Promise<SpooledFetch | undefined> {
  if (run.checkpoint !== null && run.checkpoint.phase !== "done") return run.checkpoint.fetched;
  run.progress(0, null, "fetching");
  const request = feedRequest(feed.settings, openSecrets(deps.secrets, feed), run.signal);
  const fetched = await spoolFetch(deps, feed, request);
  if (fetched === undefined) return undefined;
  await transaction(deps.db, async (tx) => {
    await checkVersion(tx, feed);
    const before = await setSpool(tx, feed.id, fetched.spool);
    if (before !== null) await deleteInput(tx, before);
    await run.saveCheckpoint(tx, { phase: "fetched", fetched });
  });
  return fetched;
}

type Sized =
  | { kind: "good"; size: number; kept: ReputationIndex | undefined }
  | {
      kind: "held";
      outcome: "held" | "kept";
      message: string;
      reason: string;
      remedy: string;
      after: number;
    };

/** Everything is read once before anything is changed. */
async function sizeOf({ deps, run, feed }: Work, fetched: SpooledFetch): Promise<Sized> {
  const { checkpoint } = run;
  if (checkpoint?.phase === "reading" || checkpoint?.phase === "withdrawing") {
    return { kind: "good", size: checkpoint.size, kept: undefined };
  }
  run.progress(0, fetched.bytes, "checking");
  const kept = await readSet(deps, run, feed, fetched);
  const found = kept.count;
  if (found > feed.settings.maxEntries) throw tooMany(found, feed.settings.maxEntries);
  if (!fetched.full) return { kind: "good", size: found, kept: undefined };
  const change = { before: feed.baseline, after: found };
  const sudden = suddenChange(change, feed.settings, await deps.limits(deps.db));
  if (sudden === undefined) {
    if (found === 0 && feed.baseline === null && fetched.bytes > 0) throw nothingUsable();
    return { kind: "good", size: found, kept };
  }
  const rejectedBefore = feed.rejected_digest === fetched.digest;
  const { reason, remedy } = sudden;
  const message = rejectedBefore ? `${reason}; it was rejected before` : reason;
  const outcome = rejectedBefore ? "kept" : "held";
  return { kind: "held", outcome, message, reason, remedy, after: found };
}

function readSet(deps: FeedRunDeps, run: Run, feed: FeedRow, fetched: SpooledFetch) {
  const batches = readSpool(feed.settings, {
    now: fetched.now,
    input: (from) => readInput(deps.db, fetched.spool, from),
  });
  return indicatorSet(batches, run.signal);
}

async function takeOver(
  work: Work,
  fetched: SpooledFetch,
  { size, kept }: { size: number; kept: ReputationIndex | undefined },
): Promise<ReadingCounts> {
  const { run, feed } = work;
  const counts =
    run.checkpoint?.phase === "withdrawing"
      ? run.checkpoint.counts
      : await applyFetched(work, fetched, size);
  // Nothing at all replaces what there is only when a person said so.
  if (!fetched.full || (size === 0 && feed.baseline !== 0)) return counts;
  return withdrawMissing(work, fetched, { size, kept, counts });
}

async function applyFetched(
  work: Work,
  fetched: SpooledFetch,
  size: number,
): Promise<ReadingCounts> {
  const { deps, run, feed } = work;
  const { settings } = feed;
  const done = run.checkpoint?.phase === "reading" ? run.checkpoint : undefined;
  const from = canResume(settings) ? done?.position : undefined;
  const revoked = new WeakSet<Indicator>();
  const { severity, scanAction, tags, ttlHours } = settings.defaults;
  const expires = expiryOf(fetched.now, ttlHours);
  const defaults = { severity, scanAction, tags, expires };
  const assertingEdit = editMaker(feed.name, defaults, await tagDefinitions(deps.db));
  return applyReadings(deps, {
    batches: readSpool(settings, {
      now: fetched.now,
      input: (offset) => readInput(deps.db, fetched.spool, offset),
      ...(from === undefined ? {} : { from }),
      ...(fetched.full ? {} : { revoked }),
    }),
    editOf: (indicator) => {
      if (!revoked.has(indicator)) return assertingEdit(indicator);
      const { type, value } = indicator;
      return ok({ type, value, source: feed.name, assertion: null });
    },
    counts: from === undefined ? NOTHING_READ : (done?.counts ?? NOTHING_READ),
    signal: run.signal,
    save: async (tx, { counts, position, rejected }) => {
      for (const one of rejected) run.reject(one);
      const total = position.offset <= fetched.bytes ? fetched.bytes : null;
      run.progress(position.offset, total, `${counts.read} indicators read`);
      await checkVersion(tx, feed);
      await run.saveCheckpoint(tx, { phase: "reading", fetched, size, position, counts });
    },
  });
}

async function withdrawMissing(
  { deps, run, feed }: Work,
  fetched: SpooledFetch,
  from: { size: number; kept: ReputationIndex | undefined; counts: ReadingCounts },
): Promise<ReadingCounts> {
  const { size } = from;
  run.progress(fetched.bytes, fetched.bytes, "withdrawing what the feed does not have");
  const kept = from.kept ?? (await readSet(deps, run, feed, fetched));
  // What was spooled may be gone after days; then nobody knows what to keep.
  if (kept.count !== size) throw new AppError("Internal", "What was fetched is no longer there.");
  let { counts } = from;
  await withdrawOthers(deps, {
    source: feed.name,
    kept,
    after: run.checkpoint?.phase === "withdrawing" ? run.checkpoint.after : "0",
    signal: run.signal,
    save: async (tx, { after, withdrawn }) => {
      counts = { ...counts, withdrawn: counts.withdrawn + withdrawn };
      await checkVersion(tx, feed);
      await run.saveCheckpoint(tx, { phase: "withdrawing", fetched, size, after, counts });
    },
  });
  return counts;
}
