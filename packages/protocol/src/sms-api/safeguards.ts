import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { EntryId, JobId } from "../ids.ts";
import { EntryType } from "../reputation.ts";
import { SafeguardList, SafeguardSettings } from "../safeguards.ts";

export const Safeguards = z.object({
  settings: SafeguardSettings,
  lists: z.array(
    z.object({
      id: SafeguardList,
      name: z.string(),
      description: z.string(),
      items: z.number().int(),
      enabled: z.boolean(),
    }),
  ),
  /** Assertions that are held back now. */
  held: z.number().int(),
  /** Puts what is stored already to changed settings. */
  review: JobId.nullable(),
});
export type Safeguards = z.infer<typeof Safeguards>;

/** What one source asserts and a safeguard holds back. */
export const HeldEntry = z.object({
  id: EntryId,
  type: EntryType,
  value: z.string(),
  source: z.string(),
  code: z.string(),
  reason: z.string(),
  remedy: z.string(),
  since: Timestamp,
});
export type HeldEntry = z.infer<typeof HeldEntry>;

const chosen = z.strictObject({
  entries: z
    .array(z.strictObject({ id: EntryId, source: z.string().min(1).max(200) }))
    .min(1)
    .max(1000),
});
/** Less than were asked for where some are not held any more. */
const done = z.object({ done: z.number().int() });

export const safeguardsApi = {
  "GET /api/v1/reputation/safeguards": {
    summary: "What entries are checked against before devices get them",
    permission: "safeguards:read",
    response: Safeguards,
  },
  "PUT /api/v1/reputation/safeguards": {
    summary: "Change the safeguards; a job puts what is stored to them",
    permission: "safeguards:write",
    body: SafeguardSettings,
    response: Safeguards,
  },
  "GET /api/v1/reputation/held": {
    summary: "Entries that safeguards hold back, newest first, with the reason",
    permission: "safeguards:read",
    query: PageQuery.extend({
      /** Part of the value. */
      q: z.string().max(200).optional(),
      source: z.string().max(200).optional(),
    }),
    response: pageOf(HeldEntry),
  },
  "POST /api/v1/reputation/held/release": {
    summary: "Let held entries through to the devices, for the sources named",
    permission: "safeguards:write",
    body: chosen,
    response: done,
  },
  "POST /api/v1/reputation/held/discard": {
    summary: "Withdraw held entries of the sources named",
    permission: "safeguards:write",
    body: chosen,
    response: done,
  },
} as const satisfies Api;
