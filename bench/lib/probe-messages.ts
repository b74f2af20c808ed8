import { z } from "zod";
import { KINDS } from "./objects.ts";

/** One target to send requests to, every few milliseconds, until it was blocked and passes again. */
export const ProbeOrder = z.object({
  id: z.number().int(),
  kind: z.enum(KINDS),
  value: z.string(),
  /** Where names lead, and who is asked for them. */
  server: z.string(),
});
export type ProbeOrder = z.infer<typeof ProbeOrder>;

/**
 * What became of the requests: they are answered; from the one sent at `sentAt` (monotonic ms) on
 * none was; from the one sent at `sentAt` on they are answered again.
 */
export const ProbeNews = z.object({
  t: z.enum(["passing", "blocked", "released"]),
  id: z.number().int(),
  sentAt: z.number(),
});
export type ProbeNews = z.infer<typeof ProbeNews>;
