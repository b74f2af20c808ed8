import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { Timestamp } from "../http-api/paging.ts";
import { StreamStatus } from "../product-api.ts";

/** Options of SPEC A3. The gateway and the proxy arrive with their features. */
export const ConnectionSettings = z.strictObject({
  suspiciousObjectSync: z.strictObject({
    enabled: z.boolean(),
    downloadIntervalSeconds: z.number().int().min(10).max(86_400),
  }),
  policyAndInventory: z.boolean(),
  eventAndFilterStatusSharing: z.boolean(),
  tlsTelemetry: z.boolean(),
});
export type ConnectionSettings = z.infer<typeof ConnectionSettings>;

export const Connection = z.object({
  state: z.enum([
    "not-connected",
    "enrolling",
    "connecting",
    "connected",
    "degraded",
    "refused",
    "disconnected",
  ]),
  /** In one sentence, with what to do when something is wrong. */
  summary: z.string(),
  onboarded: z.boolean(),
  hubUrl: z.string().nullable(),
  enrolled: Timestamp.nullable(),
  certificate: z
    .object({
      subject: z.string(),
      issuer: z.string(),
      fingerprint: z.string(),
      expires: Timestamp,
    })
    .nullable(),
  settings: ConnectionSettings,
  streams: z.array(StreamStatus),
  objects: z.object({ total: z.number().int(), byType: z.record(z.string(), z.number().int()) }),
});
export type Connection = z.infer<typeof Connection>;

export const TestStep = z.object({
  step: z.string(),
  result: z.enum(["ok", "failed", "skipped"]),
  milliseconds: z.number(),
  detail: z.string(),
  remedy: z.string(),
});
export type TestStep = z.infer<typeof TestStep>;

export const visionOneApi = {
  "GET /api/v1/vision-one": {
    summary: "Status of the connection to the threat platform",
    permission: "connection:read",
    response: Connection,
  },
  "POST /api/v1/vision-one/connect": {
    summary: "Enrol with an enrollment token; every option becomes enabled",
    permission: "connection:write",
    body: z.strictObject({ token: z.string().min(1).max(4096) }),
    response: Connection,
  },
  "PUT /api/v1/vision-one/settings": {
    summary: "Change connectivity settings; needs a connection",
    permission: "connection:write",
    body: ConnectionSettings,
    response: Connection,
  },
  "POST /api/v1/vision-one/disconnect": {
    summary: "Disconnect; reputation entries stay",
    permission: "connection:write",
    response: Connection,
  },
  "POST /api/v1/vision-one/test": {
    summary: "Test connectivity step by step",
    permission: "connection:write",
    response: z.object({ ok: z.boolean(), steps: z.array(TestStep) }),
  },
} as const satisfies Api;
