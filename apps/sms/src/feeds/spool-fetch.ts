import { createHash, type Hash } from "node:crypto";
import type { Clock } from "@breakwater/platform";
import { type ByteStream, JobId } from "@breakwater/protocol";
import { z } from "zod";
import type { Db } from "../database.ts";
import { deleteInput, storeInput } from "../jobs/index.ts";
import type { FeedRequest } from "./feed-request.ts";
import { fetchFeed } from "./fetch-feed.ts";
import { isFullDue } from "./schedule.ts";
import type { FeedRow } from "./store.ts";

/** A fetch whose bytes are stored. */
export const SpooledFetch = z.object({
  /** Of the settings it was made with. */
  version: z.number().int(),
  spool: JobId,
  bytes: z.number().int(),
  digest: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  addedAfter: z.string().nullable(),
  /** Everything the feed has, and not only what is new. */
  full: z.boolean(),
  /** When it began, in ms since 1970. */
  now: z.number(),
});
export type SpooledFetch = z.infer<typeof SpooledFetch>;

/** Fetches what is new and stores its bytes; undefined: nothing is new. */
export async function spoolFetch(
  { db, clock }: { db: Db; clock: Clock },
  feed: FeedRow,
  request: FeedRequest,
): Promise<SpooledFetch | undefined> {
  const now = clock.now().getTime();
  const { ttlHours } = feed.settings.defaults;
  const all = isFullDue(now, feed.last_full?.getTime() ?? null, ttlHours);
  const known = {
    etag: all ? null : feed.etag,
    lastModified: all ? null : feed.last_modified,
    addedAfter: all ? null : feed.added_after,
  };
  const fetched = await fetchFeed(feed.settings, request, known);
  if (fetched === undefined) return undefined;
  const hash = createHash("sha256");
  const { job: spool, bytes } = await storeInput({ db, clock }, hashed(fetched.body, hash));
  const digest = hash.digest("hex");
  const full = known.addedAfter === null;
  if (full && !all && digest === feed.digest) {
    await deleteInput(db, spool);
    return undefined;
  }
  const { etag, lastModified } = fetched;
  const addedAfter = fetched.addedAfter();
  const { version } = feed;
  return { version, spool, bytes, digest, etag, lastModified, addedAfter, full, now };
}

async function* hashed(body: ByteStream, hash: Hash): ByteStream {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}
