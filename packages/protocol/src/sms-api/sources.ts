import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { Timestamp } from "../http-api/paging.ts";
import { Job } from "./jobs.ts";

export const SourceKind = z.enum(["local", "web-api", "import", "feed", "connection"]);
export type SourceKind = z.infer<typeof SourceKind>;

/** Who asserts entries. */
export const Source = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: SourceKind,
  /** Entries that it asserts, those that a safeguard holds back included. */
  entries: z.number().int(),
  held: z.number().int(),
  byType: z.record(z.string(), z.number().int()),
  /** The last run of a feed that changed something; null where nobody keeps it. */
  lastChange: Timestamp.nullable(),
  state: z.enum(["ok", "running", "failed", "held", "off", "idle"]),
  summary: z.string(),
  /** Console path of the page where it is looked after. */
  path: z.string(),
});
export type Source = z.infer<typeof Source>;

export const sourcesApi = {
  "GET /api/v1/reputation/sources": {
    summary: "Who asserts entries, how many, and how each of them does",
    permission: "reputation:read",
    response: z.object({ items: z.array(Source) }),
  },
  "POST /api/v1/reputation/sources/{id}/withdraw": {
    summary: "Withdraw everything that a source asserts, as a job that can be undone for a day",
    permission: "reputation:write",
    params: z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) }),
    response: Job,
    status: 202,
  },
} as const satisfies Api;
