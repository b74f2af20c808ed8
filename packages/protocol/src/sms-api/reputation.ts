import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { DeviceId, EntryId, ProfileId } from "../ids.ts";
import { EntryType, ScanAction, Severity, Tags } from "../reputation.ts";

/** In force on all devices that should have it, on some, on none yet, or not selected by any filter. */
export const EntryState = z.enum([
  "in-force",
  "partly",
  "pending",
  "failed",
  "no-filter",
  "no-device",
]);
export type EntryState = z.infer<typeof EntryState>;

export const Enforcement = z.object({
  state: EntryState,
  devices: z.object({ inForce: z.number().int(), total: z.number().int() }),
});

export const Entry = z.object({
  id: EntryId,
  type: EntryType,
  value: z.string(),
  severity: Severity.nullable(),
  scanAction: ScanAction.nullable(),
  sources: z.array(z.string()),
  tags: Tags,
  created: Timestamp,
  lastModified: Timestamp,
  /** When the last source stops asserting it. */
  expires: Timestamp.nullable(),
  filter: z.object({ profile: z.string(), name: z.string(), actionSet: z.string() }).nullable(),
  enforcement: Enforcement,
});
export type Entry = z.infer<typeof Entry>;

/** What one source says about an entry. */
export const Assertion = z.object({
  source: z.string(),
  severity: Severity.nullable(),
  scanAction: ScanAction.nullable(),
  tags: Tags,
  description: z.string(),
  since: Timestamp,
  expires: Timestamp.nullable(),
});
export type Assertion = z.infer<typeof Assertion>;

export const DeviceEnforcement = z.object({
  device: DeviceId,
  name: z.string(),
  state: z.enum(["in-force", "pending", "rejected", "over-capacity", "offline"]),
  reason: z.string(),
  since: Timestamp.nullable(),
});

export const EntryDetail = Entry.extend({
  assertions: z.array(Assertion),
  /** One sentence: why it is, or is not, acted on. */
  explanation: z.string(),
  profiles: z.array(
    z.object({
      profile: ProfileId,
      name: z.string(),
      filter: z
        .object({ number: z.number().int(), name: z.string(), actionSet: z.string() })
        .nullable(),
    }),
  ),
  devices: z.array(DeviceEnforcement),
});
export type EntryDetail = z.infer<typeof EntryDetail>;

export const NewEntry = z.strictObject({
  /** Recognised from the value when absent. */
  type: EntryType.optional(),
  value: z.string().min(1).max(2048),
  severity: Severity.optional(),
  scanAction: ScanAction.optional(),
  tags: Tags.optional(),
  description: z.string().max(500).optional(),
  /** Absent or null: never expires. */
  expires: Timestamp.nullable().optional(),
});
export type NewEntry = z.infer<typeof NewEntry>;

export const EntryOutcome = z.object({
  value: z.string(),
  outcome: z.enum(["added", "changed", "unchanged", "held", "rejected"]),
  id: EntryId.optional(),
  reason: z.string().optional(),
  remedy: z.string().optional(),
});

const id = z.strictObject({ id: EntryId });

export const reputationApi = {
  "GET /api/v1/reputation/entries": {
    summary: "Search the reputation database",
    permission: "reputation:read",
    query: PageQuery.extend({
      /** Exact value, prefix, or substring of at least three characters. */
      q: z.string().max(2048).optional(),
      type: EntryType.optional(),
      severity: Severity.optional(),
      source: z.string().max(200).optional(),
      state: EntryState.optional(),
    }),
    response: pageOf(Entry),
  },
  "POST /api/v1/reputation/entries": {
    summary: "Add or change entries asserted by this SMS's users; one outcome per entry, in order",
    permission: "reputation:write",
    body: z.strictObject({ entries: z.array(NewEntry).min(1).max(1000) }),
    response: z.object({ outcomes: z.array(EntryOutcome) }),
  },
  "POST /api/v1/reputation/entries/delete": {
    summary: "Withdraw the users' assertion of entries; other sources keep theirs",
    permission: "reputation:write",
    body: z.strictObject({ ids: z.array(EntryId).min(1).max(1000) }),
    response: z.object({ deleted: z.number().int(), keptByOtherSources: z.number().int() }),
  },
  "GET /api/v1/reputation/entries/{id}": {
    summary: "An entry explained: what, why, since, until, and on which devices it is in force",
    permission: "reputation:read",
    params: id,
    response: EntryDetail,
  },
  "DELETE /api/v1/reputation/entries/{id}": {
    summary: "Withdraw the users' assertion of one entry",
    permission: "reputation:write",
    params: id,
    response: NoContent,
    status: 204,
  },
} as const satisfies Api;
