import { z } from "zod";
import { DistributionStep } from "../agent-api.ts";
import { ErrorDetail } from "../errors.ts";
import type { Api } from "../http-api/endpoint.ts";
import { PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { DeviceId, DistributionId, EntryId, ProfileId } from "../ids.ts";
import {
  ActionSet,
  Criteria,
  EntryType,
  ReputationFilter,
  ReputationFilters,
  Severity,
} from "../reputation.ts";

export const Profile = z.object({
  id: ProfileId,
  name: z.string(),
  /** Rises with every saved change; pass it back when saving. */
  version: z.number().int(),
  distributedVersion: z.number().int().nullable(),
  lastDistributed: Timestamp.nullable(),
  /** Saved changes that are not distributed. */
  changed: z.boolean(),
  devices: z.number().int(),
  filters: ReputationFilters,
  customRules: z.string(),
  httpContext: z.object({ enabled: z.boolean(), clientIpHeader: z.string().nullable() }),
});
export type Profile = z.infer<typeof Profile>;

/** An uploaded rule that was refused, and why. */
export const RuleProblem = z.object({
  line: z.number().int(),
  rule: z.string(),
  reason: z.string(),
});

export const DeviceProgress = z.object({
  device: DeviceId,
  name: z.string(),
  step: DistributionStep,
  state: z.enum(["running", "done", "failed", "superseded"]),
  message: z.string().nullable(),
  updated: Timestamp,
});

export const Distribution = z.object({
  id: DistributionId,
  profile: z.object({ id: ProfileId, name: z.string(), version: z.number().int() }),
  created: Timestamp,
  createdBy: z.string(),
  note: z.string(),
  devices: z.array(DeviceProgress),
});
export type Distribution = z.infer<typeof Distribution>;

/** What a filter would take, counted in a bounded time: `exact` is false where it ran out. */
export const FilterPreview = z.object({
  matches: z.object({ value: z.number().int(), exact: z.boolean() }),
  byType: z.array(z.object({ type: EntryType, count: z.number().int() })),
  /** Those that caused events in the last `days`, today included, and how many events. */
  seen: z.object({
    entries: z.number().int(),
    events: z.number().int(),
    exact: z.boolean(),
    days: z.number().int(),
  }),
  examples: z.array(
    z.object({ id: EntryId, type: EntryType, value: z.string(), severity: Severity.nullable() }),
  ),
});
export type FilterPreview = z.infer<typeof FilterPreview>;

const id = z.strictObject({ id: ProfileId });
const version = z.number().int();

export const profilesApi = {
  "GET /api/v1/profiles": {
    summary: "List inspection profiles",
    permission: "profiles:read",
    response: z.object({ items: z.array(Profile) }),
  },
  "GET /api/v1/profiles/{id}": {
    summary: "One inspection profile with its ordered reputation filters",
    permission: "profiles:read",
    params: id,
    response: Profile,
  },
  "PUT /api/v1/profiles/{id}/reputation-filters": {
    summary: "Save the ordered reputation filters; takes effect when distributed",
    permission: "profiles:write",
    params: id,
    body: z.strictObject({ version, filters: ReputationFilters }),
    /** Warnings: criteria of categories or values that there are not. */
    response: Profile.extend({ warnings: z.array(ErrorDetail) }),
  },
  "PUT /api/v1/profiles/{id}/custom-rules": {
    summary: "Save own Suricata rules; takes effect when distributed",
    permission: "profiles:write",
    params: id,
    body: z.strictObject({ version, rules: z.string().max(900_000) }),
    response: Profile,
  },
  "POST /api/v1/profiles/preview": {
    summary: "Which entries a filter would take: how many by type, which were seen, and examples",
    permission: "profiles:read",
    body: z.strictObject({
      criteria: Criteria,
      untaggedEntries: z.boolean(),
      taggedEntries: z.boolean(),
      /** All types unless given. */
      types: ReputationFilter.shape.types.optional(),
    }),
    response: FilterPreview,
  },
  "GET /api/v1/action-sets": {
    summary: "List action sets",
    permission: "profiles:read",
    response: z.object({ items: z.array(ActionSet) }),
  },
  "POST /api/v1/distributions": {
    summary: "Distribute a profile to its devices, or to some of them",
    permission: "distribution:run",
    body: z.strictObject({
      profile: ProfileId,
      devices: z.array(DeviceId).min(1).optional(),
      note: z.string().max(500).default(""),
    }),
    response: Distribution,
    status: 202,
  },
  "GET /api/v1/distributions": {
    summary: "Distribution history, newest first",
    permission: "profiles:read",
    query: PageQuery,
    response: pageOf(Distribution),
  },
  "GET /api/v1/distributions/{id}": {
    summary: "Progress of one distribution, per device",
    permission: "profiles:read",
    params: z.strictObject({ id: DistributionId }),
    response: Distribution,
  },
} as const satisfies Api;
