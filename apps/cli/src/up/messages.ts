import { z } from "zod";

/** What a supervised server tells its supervisor, over the channel between the two processes. */
export const FromChild = z.discriminatedUnion("type", [
  z.object({ type: z.literal("waiting") }),
  z.object({ type: z.literal("ready"), details: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal("refused"), reason: z.string() }),
]);
export type FromChild = z.infer<typeof FromChild>;

/** What the supervisor sends: the configuration, once, when the child waits for it. */
export const ToChild = z.object({ type: z.literal("configuration"), configuration: z.unknown() });
export type ToChild = z.infer<typeof ToChild>;
