import { z } from "zod";
import { SharedDetection } from "./detection-event.ts";
import { batchOf } from "./event-batch.ts";
import { ProductId, SetChecksum } from "./ids.ts";
import { ObjectSource, ScanAction, Severity } from "./reputation.ts";

/*
 * Hub ↔ connected product (SMS), over mutual TLS:
 *   GET  /product/v1/objects/stream?epoch=<e>&revision=<n>   NDJSON of ObjectStreamLine
 *   GET  /product/v1/objects?after=<cursor>                  ObjectPage: full list, keyset pages
 *   GET  /product/v1/objects/changes?since=<n>               ObjectChanges: adds, changes, deletions
 *   POST /product/v1/detections                              DetectionBatch → BatchAnswer, after commit
 *   POST /product/v1/status                                  ProductStatus: name, version, per-stream state
 *   POST /product/v1/disconnect
 *   EST under /.well-known/est/
 */
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
});
export type ProductStatus = z.infer<typeof ProductStatus>;
