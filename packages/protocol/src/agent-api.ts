import { z } from "zod";
import { DetectionEvent } from "./detection-event.ts";
import { BatchAnswer, batchOf } from "./event-batch.ts";
import type { Api } from "./http-api/endpoint.ts";
import { DeviceId, DistributionId, ProfileId, SetId, Sha256 } from "./ids.ts";
import { EntryType, ReputationFilters } from "./reputation.ts";
import { SetChanges, SetDelta, SetPosition } from "./set-wire.ts";

/* Capability 1 (2026-11): first version. */
export const AGENT_CAPABILITY = 1;
/** The server writes a heartbeat this often; the client gives up after `STREAM_SILENCE_MS`. */
export const STREAM_HEARTBEAT_MS = 10_000;
export const STREAM_SILENCE_MS = 25_000;

export const FailureMode = z.enum(["closed", "bridge"]);
export type FailureMode = z.infer<typeof FailureMode>;

/** Everything a device enforces except the members of its reputation set. Immutable, addressed by hash. */
export const ProfileBundle = z.object({
  profileId: ProfileId,
  profileName: z.string(),
  profileVersion: z.number().int(),
  policyId: z.uuid(),
  set: SetId,
  filters: ReputationFilters,
  customRules: z.string(),
  httpContext: z.object({ enabled: z.boolean(), clientIpHeader: z.string().nullable() }),
  failureMode: FailureMode,
});
export type ProfileBundle = z.infer<typeof ProfileBundle>;

export const BundleOffer = z.object({
  distribution: DistributionId,
  sha256: Sha256,
  size: z.number().int(),
});
export type BundleOffer = z.infer<typeof BundleOffer>;

/** One line of the push stream. */
export const StreamLine = z.discriminatedUnion("t", [
  z.object({
    t: z.literal("hello"),
    capability: z.number().int(),
    device: DeviceId,
    deviceName: z.string(),
    time: z.iso.datetime(),
    bundle: BundleOffer.nullable(),
    position: SetPosition.nullable(),
  }),
  z.object({ t: z.literal("delta"), delta: SetDelta }),
  /** The gap is too large, or unknown, for deltas: fetch the snapshot. */
  z.object({ t: z.literal("resync"), position: SetPosition }),
  z.object({ t: z.literal("bundle"), offer: BundleOffer }),
  z.object({ t: z.literal("heartbeat"), time: z.iso.datetime() }),
]);
export type StreamLine = z.infer<typeof StreamLine>;

export const DISTRIBUTION_STEPS = ["queued", "sent", "tested", "loaded", "verified"] as const;
export const DistributionStep = z.enum(DISTRIBUTION_STEPS);
export type DistributionStep = z.infer<typeof DistributionStep>;

export const EngineState = z.enum(["starting", "running", "stopped", "failed", "bypassed"]);
export type EngineState = z.infer<typeof EngineState>;

/** An entry that this device's engine does not enforce, and why. */
export const EntryException = z.object({
  type: EntryType,
  value: z.string(),
  state: z.enum(["pending", "rejected", "over-capacity"]),
  reason: z.string(),
});
export type EntryException = z.infer<typeof EntryException>;

/** What a device is and does now; sent on change (coalesced) and every 30 s. */
export const DeviceReport = z.object({
  capability: z.number().int(),
  time: z.iso.datetime(),
  name: z.string().max(255),
  addresses: z.array(z.string().max(45)).max(32),
  model: z.string().max(120),
  agentVersion: z.string().max(40),
  engineVersion: z.string().max(40),
  engine: EngineState,
  engineMessage: z.string().max(2000).optional(),
  /** The set as it is persisted and given to the engine; absent before the first one. */
  position: SetPosition.optional(),
  /** Of the position's members: how many the engine holds now. */
  inForce: z.number().int(),
  capacity: z.number().int(),
  /** At most 1,000 are listed; `notInForce` counts all. */
  exceptions: z.array(EntryException).max(1000),
  notInForce: z.number().int(),
  activeBundle: Sha256.nullable(),
  activation: z
    .object({
      distribution: DistributionId,
      step: DistributionStep,
      failed: z.boolean(),
      message: z.string().max(8000).optional(),
    })
    .optional(),
  spool: z.object({ events: z.number().int(), bytes: z.number().int(), dropped: z.number().int() }),
  certificateExpires: z.iso.datetime(),
  diskFreeBytes: z.number().int(),
  alarms: z.array(z.object({ code: z.string().max(60), message: z.string().max(1000) })).max(50),
});
export type DeviceReport = z.infer<typeof DeviceReport>;

export const StateAnswer = z.object({ time: z.iso.datetime() });

export const EventBatch = batchOf(DetectionEvent);
export type EventBatch = z.infer<typeof EventBatch>;

/** SMS ↔ agent, on the SMS's device listener. EST is mounted beside it. */
export const agentApi = {
  "GET /agent/v1/stream": {
    summary: "Push stream: position, deltas and bundle offers, heartbeats",
    permission: "device",
    query: z.strictObject({
      capability: z.coerce.number().int(),
      set: SetId.optional(),
      version: z.coerce.number().int().optional(),
    }),
    response: StreamLine,
    produces: "ndjson",
  },
  "GET /agent/v1/bundles/{sha256}": {
    summary: "A profile bundle, as the exact bytes whose SHA-256 is in the path",
    permission: "device",
    params: z.strictObject({ sha256: Sha256 }),
    response: ProfileBundle,
    produces: "binary",
  },
  "GET /agent/v1/sets/{id}/snapshot": {
    summary: "The newest snapshot of a reputation set",
    permission: "device",
    params: z.strictObject({ id: SetId }),
    response: z.instanceof(Uint8Array),
    produces: "binary",
  },
  "GET /agent/v1/sets/{id}/changes": {
    summary:
      "What changed in a reputation set since a version: a device's check of a silent stream",
    permission: "device",
    params: z.strictObject({ id: SetId }),
    query: z.strictObject({ version: z.coerce.number().int().min(0) }),
    response: SetChanges,
  },
  "POST /agent/v1/state": {
    summary: "What the device is and does now; acknowledges set versions and activation steps",
    permission: "device",
    body: DeviceReport,
    response: StateAnswer,
  },
  "POST /agent/v1/events": {
    summary: "Upload detection events; answered after commit",
    permission: "device",
    body: EventBatch,
    response: BatchAnswer,
    bodyLimit: 8 * 1024 * 1024,
  },
} as const satisfies Api;
export type AgentApi = typeof agentApi;
