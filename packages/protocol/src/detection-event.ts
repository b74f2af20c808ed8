import { z } from "zod";
import { EntryType } from "./reputation.ts";

/** 0 Info, 1 Low, 2 Minor, 3 Major, 4 Critical (SPEC F1). */
export const EventSeverity = z.number().int().min(0).max(4);

export const Verdict = z.enum(["blocked", "reset", "logged", "trusted", "quarantined"]);
export type Verdict = z.infer<typeof Verdict>;

/** A detection as the agent reports it. `time` is UNIX ms. Addresses and ports are of the initiator and responder. */
export const DetectionEvent = z.object({
  time: z.number().int(),
  kind: z.enum(["reputation", "rule", "gap"]),
  verdict: Verdict,
  /** What the engine did: `engine` acted on packets; `agent` matched an entry the engine does not hold yet. */
  matchedBy: z.enum(["engine", "agent"]),
  name: z.string().max(300),
  filterNumber: z.number().int(),
  actionSet: z.string().max(64),
  severity: EventSeverity,
  sid: z.number().int().optional(),
  protocol: z.string().max(16),
  app: z.string().max(32),
  src: z.string().max(45),
  spt: z.number().int().min(0).max(65_535),
  dst: z.string().max(45),
  dpt: z.number().int().min(0).max(65_535),
  entry: z.object({ type: EntryType, value: z.string().max(2048) }).optional(),
  host: z.string().max(2048).optional(),
  request: z.string().max(8192).optional(),
  sni: z.string().max(2048).optional(),
  fileSha256: z.string().max(64).optional(),
  clientIp: z.string().max(45).optional(),
  interestedIp: z.string().max(45).optional(),
  overTls: z.boolean(),
  cves: z.array(z.string().max(32)).max(50),
  techniques: z.array(z.string().max(32)).max(50),
  segment: z.string().max(64),
  flowId: z.string().max(32).optional(),
  count: z.number().int().min(1),
  /** For `gap`: how many events of this device were lost, and why. */
  lost: z.object({ events: z.number().int(), reason: z.string() }).optional(),
});
export type DetectionEvent = z.infer<typeof DetectionEvent>;

/** An event as shared with the hub; keys and types of SPEC F1. */
export const SharedDetection = z.object({
  rt: z.string(),
  dvchost: z.string(),
  ruleName: z.string(),
  policyId: z.string(),
  severity: EventSeverity,
  ruleUuid: z.string(),
  app: z.string(),
  src: z.string(),
  spt: z.string(),
  dst: z.string(),
  dpt: z.string(),
  aggregatedCount: z.string(),
  act: z.string(),
  endpointIp: z.string().optional(),
  overSsl: z.string().optional(),
  mpname: z.string(),
  cves: z.array(z.string()),
  techniqueId: z.array(z.string()),
  interestedIp: z.string().optional(),
  request: z.string().optional(),
});
export type SharedDetection = z.infer<typeof SharedDetection>;

/** `00000001-0001-0001-0001-` and the filter number in 12 digits. */
export function ruleUuid(filterNumber: number): string {
  return `00000001-0001-0001-0001-${String(filterNumber).padStart(12, "0")}`;
}
