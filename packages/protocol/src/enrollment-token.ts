import { z } from "zod";
import { Timestamp } from "./http-api/paging.ts";
import { TokenId } from "./ids.ts";

export const TokenState = z.enum(["unused", "used", "expired", "revoked"]);

/** An enrollment token as listed; the token string itself is shown only when it is created. */
export const EnrollmentToken = z.object({
  id: TokenId,
  note: z.string(),
  state: TokenState,
  created: Timestamp,
  createdBy: z.string(),
  expires: Timestamp,
  usedBy: z.string().nullable(),
});
export type EnrollmentToken = z.infer<typeof EnrollmentToken>;

export const NewEnrollmentToken = z.strictObject({
  note: z.string().max(200).default(""),
  hours: z.number().int().min(1).max(168).default(24),
});

export const MintedToken = z.object({ token: z.string(), info: EnrollmentToken });
export type MintedToken = z.infer<typeof MintedToken>;
