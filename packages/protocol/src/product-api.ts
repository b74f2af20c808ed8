import { z } from "zod";
import { SharedDetection } from "./detection-event.ts";
import { BatchAnswer, batchOf } from "./event-batch.ts";
import type { Api } from "./http-api/endpoint.ts";
import { NoContent } from "./http-api/paging.ts";
import { ProductId, SetChecksum } from "./ids.ts";
import { ObjectSource, ScanAction, Severity } from "./reputation.ts";

export const HubObjectType = z.enum(["ip", "domain", "url", "fileSha1", "fileSha256"]);
export type HubObjectType = z.infer<typeof HubObjectType>;

export const FeedObject = z.object({
  type: HubObjectType,
  value: z.string(),
  riskLevel: Severity,
  scanAction: ScanAction,
  source: ObjectSource,
  description: z.string(),
  lastModified: z.iso.datetime(),
  /** Null: never expires. */
  expires: z.iso.datetime().nullable(),
  revision: z.number().int(),
});
export type FeedObject = z.infer<typeof FeedObject>;

export const FeedChange = z.discriminatedUnion("change", [
  z.object({ change: z.literal("set"), object: FeedObject }),
  z.object({
    change: z.literal("deleted"),
    type: HubObjectType,
    value: z.string(),
    revision: z.number().int(),
  }),
]);
export type FeedChange = z.infer<typeof FeedChange>;

/** Where the hub's list stands. A new epoch (restored backup, new database) voids all revisions. */
export const FeedPosition = z.object({
  epoch: z.uuid(),
  revision: z.number().int(),
  checksum: SetChecksum,
  count: z.number().int(),
});
export type FeedPosition = z.infer<typeof FeedPosition>;

export const ObjectStreamLine = z.discriminatedUnion("t", [
  z.object({
    t: z.literal("hello"),
    product: ProductId,
    time: z.iso.datetime(),
    position: FeedPosition,
  }),
  z.object({
    t: z.literal("changes"),
    from: z.number().int(),
    changes: z.array(FeedChange),
    position: FeedPosition,
  }),
  /** The caller is too far behind for the stream: page through `changes`, or the whole list. */
  z.object({ t: z.literal("resync"), position: FeedPosition }),
  z.object({ t: z.literal("heartbeat"), time: z.iso.datetime() }),
]);
export type ObjectStreamLine = z.infer<typeof ObjectStreamLine>;

export const ObjectPage = z.object({
  items: z.array(FeedObject),
  nextCursor: z.string().optional(),
  /** The position when the first page was read; catch up with `changes` from its revision afterwards. */
  position: FeedPosition,
});
export type ObjectPage = z.infer<typeof ObjectPage>;

export const ObjectChanges = z.object({
  changes: z.array(FeedChange),
  more: z.boolean(),
  position: FeedPosition,
});
export type ObjectChanges = z.infer<typeof ObjectChanges>;

export const DetectionBatch = batchOf(SharedDetection);
export type DetectionBatch = z.infer<typeof DetectionBatch>;

export const STREAM_NAMES = [
  "suspicious-object-sync",
  "policy-and-inventory",
  "event-sharing",
  "filter-status-sharing",
  "tls-telemetry",
] as const;
export const StreamName = z.enum(STREAM_NAMES);
export type StreamName = z.infer<typeof StreamName>;

export const StreamState = z.enum([
  "disabled",
  "connecting",
  "in-sync",
  "catching-up",
  "failing",
  "out-of-sync",
]);
export type StreamState = z.infer<typeof StreamState>;

export const StreamStatus = z.object({
  name: StreamName,
  state: StreamState,
  lastSuccess: z.iso.datetime().nullable(),
  lastError: z.object({ time: z.iso.datetime(), message: z.string() }).nullable(),
  lagSeconds: z.number().nullable(),
  path: z.enum(["direct", "proxy", "gateway"]),
});
export type StreamStatus = z.infer<typeof StreamStatus>;

export const ProductStatus = z.object({
  name: z.string().max(255),
  version: z.string().max(40),
  certificateExpires: z.iso.datetime(),
  streams: z.array(StreamStatus),
  devices: z.number().int(),
  /** Revision of the object feed that the product has stored, in the epoch it belongs to. */
  synced: z.object({ epoch: z.uuid(), revision: z.number().int() }).nullable(),
});
export type ProductStatus = z.infer<typeof ProductStatus>;

/** Hub ↔ connected product, on the hub's product listener. EST is mounted beside it. */
export const productApi = {
  "GET /product/v1/objects/stream": {
    summary: "Push stream of object changes after a revision",
    permission: "product",
    query: z.strictObject({
      epoch: z.uuid().optional(),
      revision: z.coerce.number().int().default(0),
    }),
    response: ObjectStreamLine,
    produces: "ndjson",
  },
  "GET /product/v1/objects": {
    summary: "The whole object list in keyset pages",
    permission: "product",
    query: z.strictObject({
      cursor: z.string().max(4096).optional(),
      limit: z.coerce.number().int().min(1).max(20_000).default(5000),
    }),
    response: ObjectPage,
  },
  "GET /product/v1/objects/changes": {
    summary: "Changes and deletions after a revision, in order",
    permission: "product",
    query: z.strictObject({
      since: z.coerce.number().int().min(0),
      limit: z.coerce.number().int().min(1).max(20_000).default(5000),
    }),
    response: ObjectChanges,
  },
  "POST /product/v1/detections": {
    summary: "Share detections; answered after commit",
    permission: "product",
    body: DetectionBatch,
    response: BatchAnswer,
    bodyLimit: 8 * 1024 * 1024,
  },
  "POST /product/v1/status": {
    summary: "Name, version, certificate and stream states of the product, and the revision it has",
    permission: "product",
    body: ProductStatus,
    response: z.object({ time: z.iso.datetime() }),
  },
  "POST /product/v1/disconnect": {
    summary: "The product disconnects itself",
    permission: "product",
    response: NoContent,
    status: 204,
  },
} as const satisfies Api;
export type ProductApi = typeof productApi;
