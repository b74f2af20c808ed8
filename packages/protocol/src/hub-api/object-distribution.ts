import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { DistributionTargetId } from "../ids.ts";
import { HubObjectType } from "../product-api.ts";
import { Severity } from "../reputation.ts";
import { TestStep } from "../sms-api/vision-one.ts";

/** Kinds of suspicious object that a server of the SMS web API can be sent. */
export const DistributedType = z.enum(["ipv4", "domain", "ipv6", "url", "sha1", "sha256"]);
export type DistributedType = z.infer<typeof DistributedType>;

/** `high`: High only. `high-medium`: High and medium. `all`: High, medium, and low. */
export const DistributedRisk = z.enum(["high", "high-medium", "all"]);
export type DistributedRisk = z.infer<typeof DistributedRisk>;

/** A password or a user name: the field's limits of SPEC B6. */
const Credential = z
  .string()
  .min(1, "is needed: 1 to 15 characters")
  .max(15, "is too long: 1 to 15 characters")
  .regex(/^\P{Cc}*$/u, "holds control characters: use letters, digits and signs");

/** How the server's certificate is checked. */
export const TargetTls = z.discriminatedUnion("verify", [
  z.strictObject({ verify: z.literal("system") }),
  z.strictObject({
    verify: z.literal("ca"),
    ca: z
      .string()
      .max(65_536)
      .regex(/-----BEGIN CERTIFICATE-----/, "is no certificate: paste one in PEM form"),
  }),
  z.strictObject({
    verify: z.literal("fingerprint"),
    /** SHA-256 of the server's certificate: hex in either case, with or without colons. */
    fingerprint: z
      .string()
      .regex(/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, "is no SHA-256 fingerprint: 64 hex digits"),
  }),
]);
export type TargetTls = z.infer<typeof TargetTls>;

const server = {
  /** Literal address: the name of a server would let others choose where credentials go. */
  address: z.ipv4("is no IPv4 address: enter one such as 192.0.2.10"),
  port: z.number().int().min(1).max(65_535).default(443),
  tls: TargetTls,
  userName: Credential.regex(/^[^:]*$/, "holds a colon, which Basic authentication cannot carry"),
  /** Absent: the stored one stays; it is needed again when address, port, TLS or user name change. */
  password: Credential.optional(),
};

export const DistributionTargetInput = z.strictObject({
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean(),
  ...server,
  types: z.array(DistributedType).min(1, "choose at least one object type"),
  risk: DistributedRisk,
  /** Servers before version 5.1 do not know the tag category `Reputation Entries TTL`. */
  sendTtl: z.boolean().default(true),
});
export type DistributionTargetInput = z.infer<typeof DistributionTargetInput>;

export const DistributionTarget = z.object({
  id: DistributionTargetId,
  name: z.string(),
  enabled: z.boolean(),
  address: z.string(),
  port: z.number().int(),
  tls: TargetTls,
  userName: z.string(),
  types: z.array(DistributedType),
  risk: DistributedRisk,
  sendTtl: z.boolean(),
  state: z.enum(["in-sync", "catching-up", "failing", "disabled"]),
  /** Of the last try; null when it went well. */
  lastError: z.object({ time: Timestamp, message: z.string(), remedy: z.string() }).nullable(),
  lastSuccess: Timestamp.nullable(),
  /** When a failing target is tried again. */
  nextTry: Timestamp.nullable(),
  objects: z.object({
    sent: z.number().int(),
    waiting: z.number().int(),
    refused: z.number().int(),
  }),
});
export type DistributionTarget = z.infer<typeof DistributionTarget>;

export const DistributedObjectState = z.enum(["waiting", "sent", "refused", "deleted"]);
export type DistributedObjectState = z.infer<typeof DistributedObjectState>;

export const DistributedObject = z.object({
  type: HubObjectType,
  value: z.string(),
  riskLevel: Severity,
  /** What the target is told: to have the object, or to have it no longer. */
  wanted: z.boolean(),
  state: DistributedObjectState,
  /** Last time the target confirmed it. */
  sent: Timestamp.nullable(),
  attempts: z.number().int(),
  error: z.string().nullable(),
  nextTry: Timestamp.nullable(),
});
export type DistributedObject = z.infer<typeof DistributedObject>;

export const DistributionTest = z.object({
  ok: z.boolean(),
  steps: z.array(TestStep),
  /** What the server presented, to be compared and then pinned. */
  certificate: z
    .object({
      subject: z.string(),
      issuer: z.string(),
      fingerprint: z.string(),
      expires: Timestamp,
    })
    .nullable(),
});
export type DistributionTest = z.infer<typeof DistributionTest>;

const params = z.strictObject({ id: DistributionTargetId });

/** Suspicious objects pushed to servers that answer the SMS web API (SPEC B6). */
export const objectDistributionApi = {
  "GET /hub/v1/object-distribution/targets": {
    summary: "Servers that suspicious objects are sent to, with the state of each",
    permission: "products:read",
    response: z.object({ items: z.array(DistributionTarget) }),
  },
  "POST /hub/v1/object-distribution/targets": {
    summary: "Add a server; its password is stored encrypted and never given back",
    permission: "products:write",
    body: DistributionTargetInput,
    response: DistributionTarget,
    status: 201,
  },
  "PUT /hub/v1/object-distribution/targets/{id}": {
    summary: "Change a server; objects that leave the criteria are deleted there",
    permission: "products:write",
    params,
    body: DistributionTargetInput,
    response: DistributionTarget,
  },
  "DELETE /hub/v1/object-distribution/targets/{id}": {
    summary: "Forget a server; what it was sent stays there",
    permission: "products:write",
    params,
    response: NoContent,
    status: 204,
  },
  "POST /hub/v1/object-distribution/targets/{id}/retry": {
    summary: "Try again now: the server, and the named objects or all refused ones",
    permission: "products:write",
    params,
    body: z.strictObject({
      objects: z
        .array(z.strictObject({ type: HubObjectType, value: z.string().max(2048) }))
        .max(1000)
        .optional(),
    }),
    response: z.object({ retried: z.number().int() }),
  },
  "GET /hub/v1/object-distribution/targets/{id}/objects": {
    summary: "What a server was sent, by type and value",
    permission: "products:read",
    params,
    query: PageQuery.extend({
      q: z.string().max(2048).optional(),
      state: DistributedObjectState.optional(),
    }),
    response: pageOf(DistributedObject),
  },
  "POST /hub/v1/object-distribution/test": {
    summary: "Test Connection, step by step, without saving anything",
    permission: "products:write",
    body: z.strictObject({ ...server, id: DistributionTargetId.optional() }),
    response: DistributionTest,
  },
} as const satisfies Api;
