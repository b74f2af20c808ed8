import type { Feed, FeedHold, FeedId, FeedState, JobId } from "@breakwater/protocol";
import { type Executor, iso, isoOrNull } from "../database.ts";
import { liveJobs } from "../jobs/index.ts";
import { type SourceTotals, sourceTotals } from "../reputation/index.ts";
import { FEED_RUN } from "./run-feed.ts";
import { feedNotFound } from "./save-feed.ts";
import { type FeedRow, findFeed, listFeeds } from "./store.ts";

type Facts = { live: ReadonlyMap<string, JobId>; totals: ReadonlyMap<number, SourceTotals> };

export async function presentFeeds(db: Executor): Promise<Feed[]> {
  const [rows, facts] = await Promise.all([listFeeds(db), factsOf(db)]);
  return rows.map((row) => feedOf(row, facts));
}

export async function presentFeed(db: Executor, id: FeedId): Promise<Feed> {
  const row = await findFeed(db, id);
  if (row === undefined) throw feedNotFound();
  return feedOf(row, await factsOf(db));
}

async function factsOf(db: Executor): Promise<Facts> {
  const [live, totals] = await Promise.all([liveJobs(db, FEED_RUN), sourceTotals(db)]);
  return { live, totals };
}

function feedOf(row: FeedRow, { live, totals }: Facts): Feed {
  const job = live.get(row.id) ?? null;
  const entries = totals.get(row.source)?.entries ?? 0;
  const state = stateOf(row, job !== null);
  return {
    ...row.settings,
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    state,
    summary: summaryOf(row, state, entries),
    lastRun: isoOrNull(row.last_run),
    lastSuccess: isoOrNull(row.last_success),
    lastChange: isoOrNull(row.last_change),
    nextRun: row.enabled ? isoOrNull(row.next_run) : null,
    entries,
    rejected: row.rejected,
    held: row.held === null ? null : shownHold(row.held),
    job,
  };
}

function shownHold({
  reason,
  remedy,
  before,
  after,
  since,
}: NonNullable<FeedRow["held"]>): FeedHold {
  return { reason, remedy, before, after, since };
}

export function stateOf(row: FeedRow, running: boolean): FeedState {
  if (running) return "running";
  if (!row.enabled) return "off";
  if (row.failures > 0) return "failed";
  if (row.held !== null) return "held";
  return row.last_run === null ? "never-run" : "ok";
}

export function summaryOf(row: FeedRow, state: FeedState, entries: number): string {
  switch (state) {
    case "running":
      return "A run is under way.";
    case "off":
      return `It is off; its ${count(entries)} stay until they expire.`;
    case "never-run":
      return "It has not run yet.";
    case "held":
      return `${row.held?.reason ?? ""}. ${row.held?.remedy ?? ""}. What there was stays.`;
    case "failed":
      return failureSummary(row);
    case "ok":
      return `${count(entries)}; fetched last at ${row.last_success === null ? "" : iso(row.last_success)}.`;
  }
}

function failureSummary({ failing_since, error, next_run }: FeedRow): string {
  const since = failing_since === null ? "" : ` since ${iso(failing_since)}`;
  const { message = "", remedy = "" } = error ?? {};
  const next = next_run === null ? "" : ` Next try at ${iso(next_run)}.`;
  const what = [message, remedy]
    .map((one) => one.replace(/[.\s]+$/, ""))
    .filter((one) => one !== "");
  return `It fails${since}: ${what.join(". ")}. Its entries stay until they expire.${next}`;
}

function count(entries: number): string {
  return entries === 1 ? "one entry" : `${entries.toLocaleString("en-US")} entries`;
}
