import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "../http-api/paging.ts";
import { EntryId, ExceptionId, ProfileId } from "../ids.ts";
import { EntryType } from "../reputation.ts";

/** Where an exception holds: everywhere, in one profile, or for one reputation filter of a profile. */
export const ExceptionScope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({ kind: z.literal("profile"), profile: ProfileId }),
  z.strictObject({
    kind: z.literal("filter"),
    profile: ProfileId,
    filter: z.number().int().min(1).max(65_535),
  }),
]);
export type ExceptionScope = z.infer<typeof ExceptionScope>;

export const ReputationException = z.object({
  id: ExceptionId,
  type: EntryType,
  value: z.string(),
  scope: ExceptionScope,
  owner: z.string(),
  reason: z.string(),
  expires: Timestamp.nullable(),
  created: Timestamp,
  createdBy: z.string(),
  state: z.enum(["active", "ended", "expired"]),
  ended: Timestamp.nullable(),
  endedBy: z.string().nullable(),
  /** Entries that it covers now; at 1,000 there may be more. */
  covers: z.number().int(),
  /** Entries that cover the value, and that it does not lift because they reach further. */
  stillCoveredBy: z.array(z.object({ id: EntryId, type: EntryType, value: z.string() })),
});
export type ReputationException = z.infer<typeof ReputationException>;

const terms = {
  scope: ExceptionScope,
  /** Who answers for it; whoever makes it unless given. */
  owner: z.string().trim().min(1).max(120).optional(),
  reason: z.string().trim().min(1).max(500),
  /** Null: until somebody ends it. */
  expires: Timestamp.nullable(),
};

export const NewException = z.strictObject({
  /** Recognised from the value when absent. */
  type: EntryType.optional(),
  value: z.string().min(1).max(2048),
  ...terms,
});
export type NewException = z.infer<typeof NewException>;

/** Of another value another exception is made. */
export const ChangedException = z.strictObject(terms);
export type ChangedException = z.infer<typeof ChangedException>;

const id = z.strictObject({ id: ExceptionId });

export const exceptionsApi = {
  "GET /api/v1/reputation/exceptions": {
    summary: "List exceptions, newest first",
    permission: "exceptions:read",
    query: PageQuery.extend({
      /** Words of value, owner or reason. */
      q: z.string().max(500).optional(),
      state: z.enum(["active", "ended", "expired"]).optional(),
    }),
    response: pageOf(ReputationException),
  },
  "POST /api/v1/reputation/exceptions": {
    summary: "Make an exception: entries that the value covers leave the devices at once",
    permission: "exceptions:write",
    body: NewException,
    response: ReputationException,
    status: 201,
  },
  "GET /api/v1/reputation/exceptions/{id}": {
    summary: "One exception",
    permission: "exceptions:read",
    params: id,
    response: ReputationException,
  },
  "PUT /api/v1/reputation/exceptions/{id}": {
    summary: "Change scope, owner, reason or end of an exception",
    permission: "exceptions:write",
    params: id,
    body: ChangedException,
    response: ReputationException,
  },
  "DELETE /api/v1/reputation/exceptions/{id}": {
    summary: "End an exception: what it lifted is back on the devices at once",
    permission: "exceptions:write",
    params: id,
    response: NoContent,
    status: 204,
  },
} as const satisfies Api;
