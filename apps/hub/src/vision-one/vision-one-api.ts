import type { Api } from "@breakwater/protocol";
import { z } from "zod";
import { looseQuery } from "./paging.ts";

const ItemStatus = z.looseObject({ status: z.number().int() });

/** The public surface that clients of Trend Vision One use: lenient in, exact out. */
export const visionOneApi = {
  "GET /v3.0/healthcheck/connectivity": {
    summary: "Is the service there, and is the API key good",
    permission: "signed-in",
    response: z.object({ status: z.literal("available") }),
  },
  "GET /v3.0/threatintel/suspiciousObjects": {
    summary: "List suspicious objects; the header TMV1-Filter selects some",
    permission: "objects:read",
    query: looseQuery(["orderBy", "startDateTime", "endDateTime", "top", "skipToken"]),
    response: z.object({ items: z.array(z.looseObject({})), nextLink: z.string().optional() }),
  },
  "POST /v3.0/threatintel/suspiciousObjects": {
    summary: "Add or overwrite suspicious objects; one status per object, in order",
    permission: "objects:write",
    body: z.array(z.unknown()),
    response: z.array(ItemStatus),
    status: 207,
  },
  "POST /v3.0/threatintel/suspiciousObjects/delete": {
    summary: "Remove suspicious objects; one status per object, in order",
    permission: "objects:write",
    body: z.array(z.unknown()),
    response: z.array(ItemStatus),
    status: 207,
  },
  "GET /v3.0/search/detections": {
    summary: "Search detections; the header TMV1-Query selects some",
    permission: "detections:read",
    query: looseQuery(["startDateTime", "endDateTime", "top", "mode", "select", "skipToken"]),
    response: z.looseObject({}),
  },
} as const satisfies Api;
