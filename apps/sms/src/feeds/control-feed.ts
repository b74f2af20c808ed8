import { transaction } from "@breakwater/postgres";
import { AppError, type FeedId, type Job } from "@breakwater/protocol";
import type { Actor } from "../audit.ts";
import { startJob } from "../jobs/index.ts";
import { existing, type FeedDeps } from "./save-feed.ts";
import { type FeedRow, forgetFetched, type StoredHold, setHold } from "./store.ts";

/** Fetches now, or answers the run under way. */
export async function runNow(deps: FeedDeps, id: FeedId, by: Actor): Promise<Job> {
  return transaction(deps.db, async (tx) => {
    const { name } = await existing(tx, id);
    const { job } = await startJob(deps.jobs, deps.kind, { params: { feed: id, name }, by, tx });
    return job;
  });
}

export async function acceptHold(deps: FeedDeps, id: FeedId, by: Actor): Promise<Job> {
  return transaction(deps.db, async (tx) => {
    const feed = await existing(tx, id);
    const held = holdOf(feed);
    await setHold(tx, id, { held: null, rejectedDigest: null, baseline: held.after });
    await forgetFetched(tx, id);
    const { name } = feed;
    await deps.audit(tx, { by, action: "feed.accept", object: name, after: sizesOf(held) });
    const { job } = await startJob(deps.jobs, deps.kind, { params: { feed: id, name }, by, tx });
    return job;
  });
}

export async function rejectHold(deps: FeedDeps, id: FeedId, by: Actor): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const feed = await existing(tx, id);
    const held = holdOf(feed);
    await setHold(tx, id, { held: null, rejectedDigest: held.digest });
    await deps.audit(tx, { by, action: "feed.reject", object: feed.name, after: sizesOf(held) });
  });
}

function sizesOf({ before, after }: StoredHold) {
  return { before, after };
}

function holdOf({ held, name }: FeedRow): StoredHold {
  if (held !== null) return held;
  throw new AppError("Conflict", `Nothing of the feed "${name}" is held. Look at it again.`);
}
