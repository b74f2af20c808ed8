import { z } from "zod";
import { accountsApi } from "../accounts-api.ts";
import { SharedDetection } from "../detection-event.ts";
import { EnrollmentToken, MintedToken, NewEnrollmentToken } from "../enrollment-token.ts";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { ProductId, TokenId } from "../ids.ts";
import { FeedChange, FeedPosition, HubObjectType, StreamStatus } from "../product-api.ts";
import { ObjectSource, ScanAction, Severity } from "../reputation.ts";
import { objectDistributionApi } from "./object-distribution.ts";

export * from "./object-distribution.ts";

export const HubObject = z.object({
  type: HubObjectType,
  value: z.string(),
  riskLevel: Severity,
  scanAction: ScanAction,
  source: ObjectSource,
  description: z.string(),
  lastModified: Timestamp,
  expires: Timestamp.nullable(),
  revision: z.number().int(),
  /** Products that have confirmed a revision at or past this object's. */
  products: z.object({ synced: z.number().int(), total: z.number().int() }),
});
export type HubObject = z.infer<typeof HubObject>;

export const NewHubObject = z.strictObject({
  type: HubObjectType.optional(),
  value: z.string().min(1).max(2048),
  riskLevel: Severity.default("High"),
  scanAction: ScanAction.default("block"),
  description: z.string().max(500).default(""),
  /** Days until it expires; null never. */
  daysToExpiration: z.number().int().min(1).max(3650).nullable().default(30),
});

export const HubObjectOutcome = z.object({
  value: z.string(),
  outcome: z.enum(["added", "changed", "rejected"]),
  reason: z.string().optional(),
  remedy: z.string().optional(),
});

export const Product = z.object({
  id: ProductId,
  name: z.string(),
  version: z.string(),
  /** False once disconnected. */
  onboarding: z.boolean(),
  connected: z.boolean(),
  enrolled: Timestamp,
  lastSeen: Timestamp.nullable(),
  certificateExpires: Timestamp,
  devices: z.number().int(),
  syncedRevision: z.number().int(),
  streams: z.array(StreamStatus),
});
export type Product = z.infer<typeof Product>;

export const HubDetection = SharedDetection.extend({
  id: z.string(),
  product: z.object({ id: ProductId, name: z.string() }),
  received: Timestamp,
});
export type HubDetection = z.infer<typeof HubDetection>;

export const HubOverview = z.object({
  objects: z.object({
    total: z.number().int(),
    byType: z.record(z.string(), z.number().int()),
    limitPerType: z.number().int(),
  }),
  products: z.object({
    total: z.number().int(),
    connected: z.number().int(),
    inSync: z.number().int(),
  }),
  detections24h: z.number().int(),
  hourly: z.array(z.object({ hour: Timestamp, count: z.number().int() })),
  attention: z.array(
    z.object({ severity: z.enum(["critical", "warning"]), message: z.string(), path: z.string() }),
  ),
});
export type HubOverview = z.infer<typeof HubOverview>;

/** The hub's own API beside the public `/v3.0` surface. */
export const hubApi = {
  ...accountsApi,
  ...objectDistributionApi,
  "GET /hub/v1/overview": {
    summary: "Objects, connected products and detections at a glance",
    permission: "overview:read",
    response: HubOverview,
  },
  "GET /hub/v1/objects": {
    summary: "Search the suspicious object list",
    permission: "objects:read",
    query: PageQuery.extend({
      q: z.string().max(2048).optional(),
      type: HubObjectType.optional(),
      riskLevel: Severity.optional(),
      source: ObjectSource.optional(),
    }),
    response: pageOf(HubObject),
  },
  "POST /hub/v1/objects": {
    summary: "Add or change suspicious objects; one outcome per object, in order",
    permission: "objects:write",
    body: z.strictObject({ objects: z.array(NewHubObject).min(1).max(1000) }),
    response: z.object({ outcomes: z.array(HubObjectOutcome) }),
  },
  "POST /hub/v1/objects/delete": {
    summary: "Remove suspicious objects",
    permission: "objects:write",
    body: z.strictObject({
      objects: z
        .array(z.strictObject({ type: HubObjectType, value: z.string().max(2048) }))
        .min(1)
        .max(1000),
    }),
    response: z.object({ deleted: z.number().int() }),
  },
  "GET /hub/v1/objects/changes": {
    summary: "Change feed with deletions: everything after a revision, in order",
    permission: "objects:read",
    query: z.strictObject({
      since: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
    }),
    response: z.object({ changes: z.array(FeedChange), more: z.boolean(), position: FeedPosition }),
  },
  "GET /hub/v1/enrollment-tokens": {
    summary: "List enrollment tokens",
    permission: "products:read",
    response: z.object({ items: z.array(EnrollmentToken) }),
  },
  "POST /hub/v1/enrollment-tokens": {
    summary: "Create an enrollment token; the token is shown once",
    permission: "products:write",
    body: NewEnrollmentToken,
    response: MintedToken,
    status: 201,
  },
  "DELETE /hub/v1/enrollment-tokens/{id}": {
    summary: "Revoke an unused enrollment token",
    permission: "products:write",
    params: z.strictObject({ id: TokenId }),
    response: NoContent,
    status: 204,
  },
  "GET /hub/v1/products": {
    summary: "Connected products",
    permission: "products:read",
    response: z.object({ items: z.array(Product) }),
  },
  "POST /hub/v1/products/{id}/disconnect": {
    summary: "Disconnect a product: its certificate is refused at once",
    permission: "products:write",
    params: z.strictObject({ id: ProductId }),
    response: Product,
  },
  "GET /hub/v1/detections": {
    summary: "Search shared detections, newest first",
    permission: "detections:read",
    query: PageQuery.extend({
      from: Timestamp.optional(),
      to: Timestamp.optional(),
      q: z.string().max(500).optional(),
    }),
    response: pageOf(HubDetection),
  },
} as const satisfies Api;
export type HubApi = typeof hubApi;
