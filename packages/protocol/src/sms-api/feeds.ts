import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { FeedId, JobId } from "../ids.ts";
import { EntryType, ScanAction, Severity, Tags } from "../reputation.ts";
import { ColumnUse, ImportPreview } from "./imports.ts";
import { Job } from "./jobs.ts";
import { TestStep } from "./vision-one.ts";

/**
 * `misp`: an event, or a folder of them when the address ends in `/` or `/manifest.json`. `taxii`: the
 * address is the API root.
 */
export const FeedFormat = z.discriminatedUnion("format", [
  z.strictObject({ format: z.literal("list") }),
  z.strictObject({
    format: z.literal("csv"),
    delimiter: z.enum([",", ";", "\t", "|"]),
    header: z.boolean(),
    columns: z.array(ColumnUse).max(200),
  }),
  z.strictObject({ format: z.literal("stix") }),
  z.strictObject({ format: z.literal("misp") }),
  z.strictObject({ format: z.literal("taxii"), collection: z.string().trim().min(1).max(255) }),
]);
export type FeedFormat = z.infer<typeof FeedFormat>;

const secret = z.string().min(1).max(4096);
const text = z.string().min(1).max(255);

/** Secrets are written, never read. Absent, what is stored stays, as long as it goes where it went before. */
export const FeedCredentials = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("basic"), user: text, password: secret.optional() }),
  z.strictObject({ kind: z.literal("bearer"), token: secret.optional() }),
  z.strictObject({
    kind: z.literal("header"),
    name: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/),
    value: secret.optional(),
  }),
]);
export type FeedCredentials = z.infer<typeof FeedCredentials>;

export const FeedProxy = z.strictObject({
  url: z.string().min(1).max(2048),
  user: text.optional(),
  password: secret.optional(),
});
export type FeedProxy = z.infer<typeof FeedProxy>;

export const FeedSettings = z.strictObject({
  /** Of its source, too. */
  name: z.string().trim().min(1).max(64),
  url: z.string().min(1).max(2048),
  format: FeedFormat,
  enabled: z.boolean().default(true),
  schedule: z.strictObject({ everyMinutes: z.number().int().min(5).max(10_080) }),
  /** For what the feed does not say. */
  defaults: z.strictObject({
    severity: Severity.nullable(),
    scanAction: ScanAction.nullable(),
    tags: Tags,
    /** How long an entry outlives the last fetch that had it: at least this long, at most an eighth longer. */
    ttlHours: z.number().int().min(1).max(87_600).nullable(),
    /** Lists only: what every line is taken for. */
    type: EntryType.nullable(),
  }),
  credentials: FeedCredentials.default({ kind: "none" }),
  /** Certificates in PEM, trusted beside the well-known ones. */
  ca: z.string().max(100_000).nullable().default(null),
  proxy: FeedProxy.nullable().default(null),
  /** Whether private, loopback and other special addresses may be reached. */
  allowPrivate: z.boolean().default(false),
  allowHttp: z.boolean().default(false),
  maxEntries: z.number().int().min(1).max(10_000_000).default(1_000_000),
  /** When a change is too sudden; null: as the safeguards say. */
  limits: z
    .strictObject({
      shrinkPercent: z.number().int().min(1).max(100),
      growthFactor: z.number().min(1.1).max(1_000_000),
    })
    .nullable()
    .default(null),
});
export type FeedSettings = z.infer<typeof FeedSettings>;

export const FeedState = z.enum(["ok", "running", "failed", "held", "off", "never-run"]);
export type FeedState = z.infer<typeof FeedState>;

/** A fetch that was not taken over, because it changes too much at once. */
export const FeedHold = z.object({
  reason: z.string(),
  remedy: z.string(),
  before: z.number().int(),
  after: z.number().int(),
  since: Timestamp,
});
export type FeedHold = z.infer<typeof FeedHold>;

export const Feed = FeedSettings.extend({
  id: FeedId,
  state: FeedState,
  /** One sentence: how it does, and what to do. */
  summary: z.string(),
  lastRun: Timestamp.nullable(),
  lastSuccess: Timestamp.nullable(),
  /** The last run that changed entries. */
  lastChange: Timestamp.nullable(),
  nextRun: Timestamp.nullable(),
  /** Entries that it asserts now. */
  entries: z.number().int(),
  /** Rows that the last run which read any did not take. */
  rejected: z.number().int(),
  held: FeedHold.nullable(),
  /** The run under way. */
  job: JobId.nullable(),
});
export type Feed = z.infer<typeof Feed>;

/** `kept`: the same too sudden change that was rejected before. */
export const FeedOutcome = z.enum(["applied", "not-modified", "held", "kept", "failed"]);
export type FeedOutcome = z.infer<typeof FeedOutcome>;

export const FeedRun = z.object({
  job: JobId,
  started: Timestamp,
  finished: Timestamp,
  outcome: FeedOutcome,
  /** Why it failed or was held. */
  message: z.string(),
  read: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  withdrawn: z.number().int(),
  unchanged: z.number().int(),
  rejected: z.number().int(),
  bytes: z.number().int(),
  notModified: z.boolean(),
});
export type FeedRun = z.infer<typeof FeedRun>;

const id = z.strictObject({ id: FeedId });

export const feedsApi = {
  "GET /api/v1/feeds": {
    summary: "Feeds, by name",
    permission: "feeds:read",
    response: z.object({ items: z.array(Feed) }),
  },
  "POST /api/v1/feeds": {
    summary: "Add a feed; its first run starts at once",
    permission: "feeds:write",
    body: FeedSettings,
    response: Feed,
    status: 201,
  },
  "POST /api/v1/feeds/test": {
    summary: "Fetch as a feed would, step by step, and show the first rows; changes nothing",
    permission: "feeds:write",
    /** `id`: of the stored feed whose secrets are used where the body has none. */
    query: z.strictObject({ id: FeedId.optional() }),
    body: FeedSettings,
    response: z.object({ steps: z.array(TestStep), preview: ImportPreview.nullable() }),
  },
  "GET /api/v1/feeds/{id}": {
    summary: "One feed",
    permission: "feeds:read",
    params: id,
    response: Feed,
  },
  "PUT /api/v1/feeds/{id}": {
    summary: "Change a feed; the next run fetches everything",
    permission: "feeds:write",
    params: id,
    body: FeedSettings,
    response: Feed,
  },
  "DELETE /api/v1/feeds/{id}": {
    summary: "Delete a feed; its entries are withdrawn, or stay as those of an imported list",
    permission: "feeds:write",
    params: id,
    query: z.strictObject({ entries: z.enum(["withdraw", "keep"]).default("withdraw") }),
    response: NoContent,
    status: 204,
  },
  "POST /api/v1/feeds/{id}/run": {
    summary: "Fetch now; answers the run under way when there is one",
    permission: "feeds:write",
    params: id,
    response: Job,
    status: 202,
  },
  "POST /api/v1/feeds/{id}/accept": {
    summary: "Take the size that is held as the new normal, and fetch again",
    permission: "feeds:write",
    params: id,
    response: Job,
    status: 202,
  },
  "POST /api/v1/feeds/{id}/reject": {
    summary: "Keep what there is until the feed sends something else",
    permission: "feeds:write",
    params: id,
    response: Feed,
  },
  "GET /api/v1/feeds/{id}/runs": {
    summary: "The runs of a feed, newest first; kept for 90 days",
    permission: "feeds:read",
    params: id,
    query: PageQuery,
    response: pageOf(FeedRun),
  },
} as const satisfies Api;
