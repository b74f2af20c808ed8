import { z } from "zod";
import { DetectionEvent, Verdict } from "../detection-event.ts";
import type { Api } from "../http-api/endpoint.ts";
import { PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { DeviceId } from "../ids.ts";

export const StoredEvent = DetectionEvent.extend({
  id: z.string(),
  device: z.object({ id: DeviceId, name: z.string() }),
  received: Timestamp,
  /** Sources that assert the entry that matched, as known when the event arrived. */
  sources: z.array(z.string()),
  policyId: z.string(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

export const eventsApi = {
  "GET /api/v1/events": {
    summary: "Search detection events, newest first",
    permission: "events:read",
    query: PageQuery.extend({
      from: Timestamp.optional(),
      to: Timestamp.optional(),
      device: DeviceId.optional(),
      verdict: Verdict.optional(),
      /** An address, on either side. */
      address: z.string().max(45).optional(),
      /** Words in the name, host, request or entry. */
      q: z.string().max(500).optional(),
    }),
    response: pageOf(StoredEvent),
  },
  "GET /api/v1/events/{id}": {
    summary: "One detection event",
    permission: "events:read",
    params: z.strictObject({ id: z.string().max(64) }),
    response: StoredEvent,
  },
} as const satisfies Api;
