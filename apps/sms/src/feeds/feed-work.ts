import type { SecretBox } from "@breakwater/platform";
import { FeedId } from "@breakwater/protocol";
import { z } from "zod";
import type { Executor } from "../database.ts";
import { ReadingCounts } from "../imports/index.ts";
import type { JobRun } from "../jobs/index.ts";
import type { BulkDeps } from "../reputation/index.ts";
import type { FeedLimits } from "./feed-size.ts";
import { SpooledFetch } from "./spool-fetch.ts";
import { type FeedRow } from "./store.ts";

export const FeedParams = z.object({ feed: FeedId, name: z.string() });
export type FeedParams = z.infer<typeof FeedParams>;

/*
 *   fetching ─ nothing new ─────────────────────────────────────────────▶ done
 *      │ spooled
 *   fetched ── too sudden a change: held, or kept as rejected before ───▶ done
 *      │ size checked
 *   reading ── everything is applied ──▶ withdrawing (a full fetch) ────▶ done
 *
 * From `fetched` on it goes on where its last commit was, whoever takes the job up again. Whatever
 * fails leaves the entries as they are.
 */
export const Checkpoint = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("fetched"), fetched: SpooledFetch }),
  z.object({
    phase: z.literal("reading"),
    fetched: SpooledFetch,
    size: z.number(),
    position: z.object({ offset: z.number(), line: z.number() }),
    counts: ReadingCounts,
  }),
  z.object({
    phase: z.literal("withdrawing"),
    fetched: SpooledFetch,
    size: z.number(),
    after: z.string(),
    counts: ReadingCounts,
  }),
  z.object({
    phase: z.literal("done"),
    result: z.record(z.string(), z.union([z.number(), z.string()])),
  }),
]);
export type Checkpoint = z.infer<typeof Checkpoint>;

export type FeedResult = Record<string, number | string>;
export type Run = JobRun<FeedParams, Checkpoint>;

export type FeedRunDeps = BulkDeps & {
  secrets: SecretBox;
  random: () => number;
  limits: (db: Executor) => Promise<FeedLimits>;
};

export type Work = { deps: FeedRunDeps; run: Run; feed: FeedRow };

/** The settings changed, or the feed is gone: what was going on is of no use any more. */
export class Superseded extends Error {}
