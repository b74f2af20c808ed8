import { z } from "zod";

/** One target to send requests to, every few milliseconds, until they are no longer answered. */
export const ProbeOrder = z.object({
  id: z.number().int(),
  kind: z.enum(["ip", "domain", "url"]),
  value: z.string(),
  /** Where names lead, and who is asked for them. */
  server: z.string(),
});
export type ProbeOrder = z.infer<typeof ProbeOrder>;

/** `sentAt`: when the first request was sent that never got an answer, on the monotonic clock. */
export const ProbeNews = z.discriminatedUnion("t", [
  z.object({ t: z.literal("passing"), id: z.number().int() }),
  z.object({ t: z.literal("blocked"), id: z.number().int(), sentAt: z.number() }),
]);
export type ProbeNews = z.infer<typeof ProbeNews>;
