import { FeedHold, type FeedId, type FeedRun, JobId } from "@breakwater/protocol";
import { sql } from "kysely";
import { z } from "zod";
import { type Executor, jsonText } from "../database.ts";
import { StoredSettings } from "./stored-settings.ts";

/** What is held, with what tells it from something else that the feed may send. */
export const StoredHold = FeedHold.extend({ digest: z.string() });
export type StoredHold = z.infer<typeof StoredHold>;

export type FeedRow = {
  id: FeedId;
  source: number;
  name: string;
  settings: StoredSettings;
  secret: Buffer | null;
  enabled: boolean;
  version: number;
  etag: string | null;
  last_modified: string | null;
  digest: string | null;
  added_after: string | null;
  last_full: Date | null;
  baseline: number | null;
  held: StoredHold | null;
  rejected_digest: string | null;
  spool: string | null;
  next_run: Date | null;
  last_run: Date | null;
  last_success: Date | null;
  last_change: Date | null;
  failures: number;
  failing_since: Date | null;
  error: { message: string; remedy: string } | null;
  rejected: number;
};

const FEED = sql`
  f.id, f.source, s.name, f.settings, f.secret, f.enabled, f.version, f.etag, f.last_modified, f.digest,
  f.added_after, f.last_full, f.baseline, f.held, f.rejected_digest, f.spool, f.next_run, f.last_run,
  f.last_success, f.last_change, f.failures, f.failing_since, f.error, f.rejected
  from feed f join reputation_source s on s.id = f.source`;

function rowOf(row: FeedRow): FeedRow {
  return {
    ...row,
    settings: StoredSettings.parse(row.settings),
    held: row.held === null ? null : StoredHold.parse(row.held),
  };
}

export async function listFeeds(db: Executor): Promise<FeedRow[]> {
  const { rows } = await sql<FeedRow>`select ${FEED} order by s.name`.execute(db);
  return rows.map(rowOf);
}

export async function findFeed(db: Executor, id: FeedId): Promise<FeedRow | undefined> {
  const { rows } = await sql<FeedRow>`select ${FEED} where f.id = ${id}`.execute(db);
  return rows[0] === undefined ? undefined : rowOf(rows[0]);
}

/** Locked to the end of the transaction. */
export async function lockFeed(db: Executor, id: FeedId): Promise<FeedRow | undefined> {
  const { rows } = await sql<FeedRow>`
    select ${FEED} where f.id = ${id} for update of f`.execute(db);
  return rows[0] === undefined ? undefined : rowOf(rows[0]);
}

/** Those that are due and that nobody else is starting; locked. */
export async function lockDueFeeds(db: Executor, now: Date, limit: number): Promise<FeedRow[]> {
  const { rows } = await sql<FeedRow>`
    select ${FEED} where f.enabled and f.next_run <= ${now}
    order by f.next_run limit ${limit} for update of f skip locked`.execute(db);
  return rows.map(rowOf);
}

/** False: it is not there any more, or its settings are others. Holds both still until the commit. */
export async function isVersion(db: Executor, id: FeedId, version: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from feed where id = ${id} and version = ${version} for share`.execute(db);
  return rows.length === 1;
}

export type NewFeed = {
  id: FeedId;
  source: number;
  settings: StoredSettings;
  secret: Buffer | null;
  enabled: boolean;
};

export async function insertFeed(
  db: Executor,
  feed: NewFeed,
  { now, nextRun }: { now: Date; nextRun: Date },
): Promise<void> {
  await sql`
    insert into feed (id, source, settings, secret, enabled, created, next_run)
    values (${feed.id}, ${feed.source}, ${jsonText(feed.settings)}::jsonb, ${feed.secret},
      ${feed.enabled}, ${now}, ${nextRun})`.execute(db);
}

/** What was taken over under other settings says nothing about these. */
export async function updateFeed(db: Executor, feed: NewFeed, nextRun: Date): Promise<void> {
  await sql`
    update feed set settings = ${jsonText(feed.settings)}::jsonb, secret = ${feed.secret},
      enabled = ${feed.enabled}, version = version + 1, next_run = ${nextRun}, held = null,
      rejected_digest = null
    where id = ${feed.id}`.execute(db);
  await forgetFetched(db, feed.id);
}

/** The next run fetches everything and takes all of it over. */
export async function forgetFetched(db: Executor, id: FeedId): Promise<void> {
  await sql`
    update feed set etag = null, last_modified = null, digest = null, added_after = null,
      last_full = null
    where id = ${id}`.execute(db);
}

export async function deleteFeed(db: Executor, id: FeedId): Promise<void> {
  await sql`delete from feed where id = ${id}`.execute(db);
}

export async function setNextRun(db: Executor, id: FeedId, at: Date): Promise<void> {
  await sql`update feed set next_run = ${at} where id = ${id}`.execute(db);
}

/** Answers the one before. */
export async function setSpool(
  db: Executor,
  id: FeedId,
  spool: JobId | null,
): Promise<JobId | null> {
  const { rows } = await sql<{ before: string | null }>`
    update feed f set spool = ${spool} from feed old where f.id = ${id} and old.id = f.id
    returning old.spool as before`.execute(db);
  return rows[0]?.before == null ? null : JobId.parse(rows[0].before);
}

export async function setHold(
  db: Executor,
  id: FeedId,
  hold: { held: StoredHold | null; rejectedDigest?: string | null; baseline?: number },
): Promise<void> {
  const { held, rejectedDigest, baseline } = hold;
  await sql`
    update feed set held = ${held === null ? null : jsonText(held)}::jsonb,
      rejected_digest = ${rejectedDigest === undefined ? sql`rejected_digest` : rejectedDigest},
      baseline = ${baseline === undefined ? sql`baseline` : baseline}
    where id = ${id}`.execute(db);
}

/** The server answered: whatever failed before is over. */
export async function saveSuccess(
  db: Executor,
  id: FeedId,
  at: Date,
  { changed }: { changed: boolean },
): Promise<void> {
  await sql`
    update feed set last_run = ${at}, last_success = ${at}, failures = 0, failing_since = null,
      error = null, last_change = ${changed ? at : sql`last_change`}
    where id = ${id}`.execute(db);
}

export type TakenOver = {
  etag: string | null;
  lastModified: string | null;
  digest: string;
  addedAfter: string | null;
  /** Everything was fetched, at this moment. */
  full: Date | null;
  baseline: number | null;
  rejected: number;
};

export async function saveTakenOver(db: Executor, id: FeedId, taken: TakenOver): Promise<void> {
  await sql`
    update feed set etag = ${taken.etag}, last_modified = ${taken.lastModified},
      digest = ${taken.digest}, added_after = coalesce(${taken.addedAfter}::text, added_after),
      last_full = coalesce(${taken.full}::timestamptz, last_full), baseline = ${taken.baseline},
      rejected = ${taken.rejected}, held = null, rejected_digest = null
    where id = ${id}`.execute(db);
}

export async function saveFailure(
  db: Executor,
  id: FeedId,
  failure: { at: Date; nextRun: Date; error: { message: string; remedy: string } },
): Promise<void> {
  const { at, nextRun, error } = failure;
  await sql`
    update feed set last_run = ${at}, failures = failures + 1,
      failing_since = coalesce(failing_since, ${at}), error = ${jsonText(error)}::jsonb,
      next_run = ${nextRun}
    where id = ${id}`.execute(db);
}

const KEPT_MS = 90 * 86_400_000;
const MOST_RUNS = 10_000;

export type RunCounts = Pick<
  FeedRun,
  "read" | "added" | "changed" | "withdrawn" | "unchanged" | "rejected"
>;
export type StoredRun = {
  job: JobId;
  started: Date;
  finished: Date;
  outcome: FeedRun["outcome"];
  message: string;
  counts: RunCounts;
  bytes: number;
};

/** Old ones go at the same time. */
export async function insertRun(db: Executor, feed: FeedId, run: StoredRun): Promise<void> {
  await sql`
    insert into feed_run (feed, job, started, finished, outcome, message, counts, bytes)
    values (${feed}, ${run.job}, ${run.started}, ${run.finished}, ${run.outcome}, ${run.message},
      ${jsonText(run.counts)}::jsonb, ${run.bytes})`.execute(db);
  const oldest = new Date(run.finished.getTime() - KEPT_MS);
  await sql`
    delete from feed_run where feed = ${feed} and (finished < ${oldest} or number <
      (select number from feed_run where feed = ${feed}
        order by number desc offset ${MOST_RUNS - 1} limit 1))`.execute(db);
}

/** Newest first, before `before`. */
export async function listRuns(
  db: Executor,
  feed: FeedId,
  before: number | undefined,
  limit: number,
): Promise<(StoredRun & { number: number })[]> {
  const { rows } = await sql<StoredRun & { number: number }>`
    select number, job, started, finished, outcome, message, counts, bytes from feed_run
    where feed = ${feed} and ${before === undefined ? sql`true` : sql`number < ${before}`}
    order by number desc limit ${limit}`.execute(db);
  return rows;
}

export async function countRuns(db: Executor, feed: FeedId): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from feed_run where feed = ${feed}`.execute(db);
  return rows[0]?.n ?? 0;
}
