import { z } from "zod";

/** Milliseconds of the machine's monotonic clock, which all processes share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How agents keep their members: each its own, or one for all, which saves memory and time. */
export const CopiesMode = z.enum(["own", "shared"]);
export type CopiesMode = z.infer<typeof CopiesMode>;

/** Sent once, to start the fleet. */
export const FleetOrder = z.object({
  /** One agent per token. */
  tokens: z.array(z.string()),
  /** For keys and certificates. */
  folder: z.string(),
  /** Agents that enrol at the same time. */
  parallel: z.number().int(),
  copies: CopiesMode,
});
export type FleetOrder = z.infer<typeof FleetOrder>;

/** An agent has a version: when the delta came, was applied and proven, and its report was answered. */
export const Acknowledgement = z.object({
  agent: z.number().int(),
  version: z.number().int(),
  received: z.number(),
  applied: z.number(),
  answered: z.number(),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** The values that the delta to `version` changed. */
export const DeltaContent = z.object({ version: z.number().int(), values: z.array(z.string()) });
export type DeltaContent = z.infer<typeof DeltaContent>;

export const FromFleet = z.discriminatedUnion("t", [
  z.object({ t: z.literal("progress"), enrolled: z.number().int(), settled: z.number().int() }),
  z.object({ t: z.literal("settled") }),
  z.object({
    t: z.literal("news"),
    deltas: z.array(DeltaContent),
    acknowledgements: z.array(Acknowledgement),
  }),
  /** Something a healthy fleet does not see: a lost stream, a refused report, a diverged set. */
  z.object({ t: z.literal("trouble"), agent: z.number().int(), message: z.string() }),
  z.object({ t: z.literal("failed"), message: z.string() }),
]);
export type FromFleet = z.infer<typeof FromFleet>;
