import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { Timestamp } from "../http-api/paging.ts";

export const Attention = z.object({
  severity: z.enum(["critical", "warning"]),
  message: z.string(),
  /** Console path of the page where it is put right. */
  path: z.string(),
});

export const Overview = z.object({
  devices: z.object({
    total: z.number().int(),
    healthy: z.number().int(),
    behind: z.number().int(),
  }),
  objects: z.object({
    total: z.number().int(),
    selected: z.number().int(),
    inForceEverywhere: z.boolean(),
  }),
  events: z.object({
    blocked24h: z.number().int(),
    logged24h: z.number().int(),
    hourly: z.array(
      z.object({ hour: Timestamp, blocked: z.number().int(), logged: z.number().int() }),
    ),
  }),
  pendingChanges: z.array(z.object({ profile: z.string(), path: z.string() })),
  connection: z.object({ state: z.string(), summary: z.string() }),
  attention: z.array(Attention),
  setup: z.array(z.object({ step: z.string(), done: z.boolean(), path: z.string() })),
});
export type Overview = z.infer<typeof Overview>;

export const overviewApi = {
  "GET /api/v1/overview": {
    summary: "Is the fleet protected, is anything broken, what needs attention",
    permission: "overview:read",
    response: Overview,
  },
} as const satisfies Api;
