import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { DeviceId, EntryId, ProfileId } from "../ids.ts";
import { ENTRY_STATES } from "../query-language/query.ts";
import { EntryType, ScanAction, Severity, Tags } from "../reputation.ts";
import { BulkPreview, BulkRequest, BulkStart } from "./bulk-changes.ts";
import { Job } from "./jobs.ts";

/**
 * In force on all devices that should have it, on some, on none yet, refused, selected by no filter,
 * without any device, held back by a safeguard, or lifted by an exception.
 */
export const EntryState = z.enum(ENTRY_STATES);
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
  /** Why all of it is held back from devices; null when it is not. */
  held: z.string().nullable(),
});
export type Entry = z.infer<typeof Entry>;

/** Why a safeguard holds an assertion back. */
export const Hold = z.object({
  code: z.string(),
  reason: z.string(),
  remedy: z.string(),
  since: Timestamp,
});

/** What one source says about an entry. */
export const Assertion = z.object({
  source: z.string(),
  severity: Severity.nullable(),
  scanAction: ScanAction.nullable(),
  tags: Tags,
  description: z.string(),
  since: Timestamp,
  expires: Timestamp.nullable(),
  /** It is stored, and does not count. */
  held: Hold.nullable(),
  /** Somebody let it through although a safeguard would hold it. */
  released: z.object({ by: z.string(), at: Timestamp }).nullable(),
});
export type Assertion = z.infer<typeof Assertion>;

export const DeviceEnforcement = z.object({
  device: DeviceId,
  name: z.string(),
  state: z.enum(["in-force", "pending", "rejected", "over-capacity", "offline"]),
  reason: z.string(),
  since: Timestamp.nullable(),
});

/** An exception that lifts an entry, all of it or in a profile or filter. */
export const AppliedException = z.object({
  id: z.uuid(),
  value: z.string(),
  scope: z.string(),
  reason: z.string(),
  owner: z.string(),
  expires: Timestamp.nullable(),
});
export type AppliedException = z.infer<typeof AppliedException>;

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
  /** What would make a difference, and which, most likely first. */
  wouldChange: z.array(z.object({ change: z.string(), effect: z.string() })),
  /** Entries that cover this one, as a range covers its addresses: they act even when it goes. */
  coveredBy: z.array(z.object({ id: EntryId, type: EntryType, value: z.string() })),
  exceptions: z.array(AppliedException),
  /** Events of the last seven days that it caused. */
  seen: z.object({ events: z.number().int(), last: Timestamp.nullable() }),
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

/** A number of entries; not exact where counting all would take too long: then it is at least so many. */
const Count = z.object({ value: z.number().int(), exact: z.boolean() });

export const FACET_FIELDS = [
  "type",
  "severity",
  "action",
  "source",
  "state",
  "expires",
  "tag",
] as const;
export const FacetField = z.enum(FACET_FIELDS);
export type FacetField = z.infer<typeof FacetField>;

/** How many entries have each value of a field, as if the query did not mention the field. */
export const Facet = z.object({
  field: FacetField,
  values: z.array(z.object({ value: z.string(), count: z.number().int(), exact: z.boolean() })),
});
export type Facet = z.infer<typeof Facet>;

/** What happens to traffic with a value: the strictest of the entries that cover it decides. */
export const LookupDecision = z.enum(["blocked", "logged", "passed", "held", "excepted"]);
export type LookupDecision = z.infer<typeof LookupDecision>;

export const Lookup = z.object({
  type: EntryType,
  /** In its canonical spelling. */
  value: z.string(),
  decision: LookupDecision,
  explanation: z.string(),
  /** The value itself and what covers it. */
  entries: z.array(Entry),
  exceptions: z.array(AppliedException),
});
export type Lookup = z.infer<typeof Lookup>;

/** One row of an export. */
export const ExportedEntry = z.object({
  type: EntryType,
  value: z.string(),
  severity: Severity.nullable(),
  scanAction: ScanAction.nullable(),
  sources: z.string(),
  state: EntryState,
  profile: z.string().nullable(),
  filter: z.string().nullable(),
  added: Timestamp,
  lastModified: Timestamp,
  expires: Timestamp.nullable(),
  /** JSON: category name to value. */
  tags: z.string(),
});
export type ExportedEntry = z.infer<typeof ExportedEntry>;

const id = z.strictObject({ id: EntryId });
/** The query language; empty or absent: everything. */
const q = z.string().max(4096).optional();
const place = { from: z.number().int(), to: z.number().int() };

export const reputationApi = {
  "GET /api/v1/reputation/entries": {
    summary: "Search the reputation database",
    permission: "reputation:read",
    query: PageQuery.extend({ q }),
    response: pageOf(Entry),
  },
  "GET /api/v1/reputation/entries.csv": {
    summary: "Download the entries that a query finds",
    permission: "reputation:read",
    query: z.strictObject({ q }),
    response: ExportedEntry,
    produces: "csv",
  },
  "GET /api/v1/reputation/facets": {
    summary: "How many of the entries that a query finds have each value of each field",
    permission: "reputation:read",
    query: z.strictObject({
      q,
      /** Names separated by commas; absent: all. */
      fields: z.string().max(100).optional(),
    }),
    response: z.object({ total: Count, facets: z.array(Facet) }),
  },
  "GET /api/v1/reputation/lookup": {
    summary:
      "What happens to a value, and because of which entries: itself, ranges, parent domains",
    permission: "reputation:read",
    query: z.strictObject({ value: z.string().min(1).max(2048), type: EntryType.optional() }),
    response: Lookup,
  },
  "POST /api/v1/reputation/query-check": {
    summary: "How a query is understood, and what is wrong with it",
    permission: "reputation:read",
    body: z.strictObject({ q: z.string().max(4096) }),
    response: z.object({
      ok: z.boolean(),
      terms: z.array(z.object({ ...place, field: z.string(), text: z.string() })),
      problems: z.array(z.object({ ...place, message: z.string() })),
      /** One sentence. */
      readable: z.string(),
    }),
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
  "POST /api/v1/reputation/entries/bulk-preview": {
    summary: "What a change of many entries would do",
    permission: "reputation:write",
    body: BulkRequest,
    response: BulkPreview,
  },
  "POST /api/v1/reputation/entries/bulk": {
    summary: "Change every entry that a query finds; it can be undone for 30 days",
    permission: "reputation:write",
    body: BulkStart,
    response: Job,
    status: 202,
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
