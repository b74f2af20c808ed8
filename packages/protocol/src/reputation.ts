import { z } from "zod";
import { ENTRY_TYPES, SCAN_ACTIONS, SEVERITIES } from "./entry-words.ts";

export { ENTRY_TYPES, SEVERITIES } from "./entry-words.ts";

export const EntryType = z.enum(ENTRY_TYPES);
export type EntryType = z.infer<typeof EntryType>;

export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

export const ScanAction = z.enum(SCAN_ACTIONS);
export type ScanAction = z.infer<typeof ScanAction>;

/** Who put an object on the hub's list: a person (`UDSO`) or the sandbox (`VASO`). */
export const ObjectSource = z.enum(["UDSO", "VASO"]);
export type ObjectSource = z.infer<typeof ObjectSource>;

/** Predefined tag categories (SPEC B3). Their names are fixed. */
export const TAG = {
  detectionCategory: "Trend Micro Detection Category",
  publisher: "Trend Micro Publisher",
  source: "Trend Micro Source",
  objectSource: "Trend Micro Suspicious Object Source",
  ttl: "Reputation Entries TTL",
  scanAction: "Trend Micro Scan Action",
  severity: "Trend Micro Severity",
} as const;

/** `number` is the numeric range: whole numbers between two bounds. */
export const TagKind = z.enum(["text", "list", "date", "yes-no", "number"]);
export type TagKind = z.infer<typeof TagKind>;

/** What values a tag category takes. */
export const TagDefinition = z.object({
  name: z.string(),
  kind: TagKind,
  /** The values of a list; null for other kinds. */
  values: z.array(z.string()).nullable(),
  /** A list whose tags may hold several values at once. */
  several: z.boolean(),
  /** A list that takes other values besides. */
  otherValues: z.boolean(),
  /** Bounds of a numeric range, both included; null for other kinds. */
  min: z.number().int().nullable(),
  max: z.number().int().nullable(),
});
export type TagDefinition = z.infer<typeof TagDefinition>;

/** Category name → value. Lists hold several values; dates are ISO 8601 UTC; yes/no is a boolean. */
export const TagValue = z.union([
  z.string().max(255),
  z.array(z.string().max(255)),
  z.number(),
  z.boolean(),
]);
export type TagValue = z.infer<typeof TagValue>;
export const Tags = z.record(z.string().max(255), TagValue);
export type Tags = z.infer<typeof Tags>;

const tag = z.string().min(1).max(255);

/** One test of a criteria list. Text comparisons ignore case. Dates are ISO 8601. */
export const Criterion = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("is"),
    tag,
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
  z.strictObject({
    op: z.literal("is-not"),
    tag,
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
  z.strictObject({ op: z.literal("contains"), tag, value: z.string().min(1) }),
  z.strictObject({ op: z.literal("does-not-contain"), tag, value: z.string().min(1) }),
  z.strictObject({ op: z.literal("greater"), tag, value: z.number() }),
  z.strictObject({ op: z.literal("greater-or-equal"), tag, value: z.number() }),
  z.strictObject({ op: z.literal("less"), tag, value: z.number() }),
  z.strictObject({ op: z.literal("less-or-equal"), tag, value: z.number() }),
  z.strictObject({ op: z.literal("before"), tag, value: z.iso.datetime({ offset: true }) }),
  z.strictObject({ op: z.literal("after"), tag, value: z.iso.datetime({ offset: true }) }),
  z.strictObject({ op: z.literal("has-tag"), tag }),
  z.strictObject({ op: z.literal("has-no-tag"), tag }),
  z.strictObject({ op: z.literal("source-is"), value: z.string().min(1) }),
  z.strictObject({ op: z.literal("source-is-not"), value: z.string().min(1) }),
]);
export type Criterion = z.infer<typeof Criterion>;

/** All tests must hold; an empty list holds always. */
export const Criteria = z.array(Criterion).max(50);
export type Criteria = z.infer<typeof Criteria>;

export const FlowControl = z.enum(["block", "reset", "permit", "trust", "quarantine"]);
export type FlowControl = z.infer<typeof FlowControl>;

/** What happens on a match: flow control × notify × packet trace. */
export const ActionSet = z.strictObject({
  name: z.string().min(1).max(64),
  flow: FlowControl,
  notify: z.boolean(),
  packetTrace: z.boolean().default(false),
});
export type ActionSet = z.infer<typeof ActionSet>;

export const DEFAULT_ACTION_SETS = [
  { name: "Block + Notify", flow: "block", notify: true, packetTrace: false },
  { name: "Block", flow: "block", notify: false, packetTrace: false },
  { name: "Block (TCP Reset) + Notify", flow: "reset", notify: true, packetTrace: false },
  { name: "Permit + Notify", flow: "permit", notify: true, packetTrace: false },
  { name: "Permit", flow: "permit", notify: false, packetTrace: false },
  { name: "Trust", flow: "trust", notify: false, packetTrace: false },
  { name: "Quarantine + Notify", flow: "quarantine", notify: true, packetTrace: false },
] as const satisfies readonly ActionSet[];

/** A row of a profile's reputation filter table (SPEC C1). `number` is stable for the filter's life. */
export const ReputationFilter = z.strictObject({
  number: z.number().int().min(1).max(65_535),
  name: z.string().min(1).max(120),
  state: z.enum(["enabled", "disabled"]),
  locked: z.boolean(),
  actionSet: ActionSet,
  types: z.strictObject({
    ipv4: z.boolean(),
    ipv6: z.boolean(),
    dns: z.boolean(),
    url: z.boolean(),
    fileHash: z.boolean(),
  }),
  untaggedEntries: z.boolean(),
  taggedEntries: z.boolean(),
  criteria: Criteria,
});
export type ReputationFilter = z.infer<typeof ReputationFilter>;

/** Ordered: the first filter that matches an entry decides its action. */
export const ReputationFilters = z.array(ReputationFilter).max(100);
export type ReputationFilters = z.infer<typeof ReputationFilters>;

/** The switch of a filter's `types` that governs an entry type; CIDR ranges follow their family. */
export function typeSwitch(type: EntryType, value: string): keyof ReputationFilter["types"] {
  switch (type) {
    case "ipv4":
      return "ipv4";
    case "ipv6":
      return "ipv6";
    case "cidr":
      return value.includes(":") ? "ipv6" : "ipv4";
    case "domain":
    case "domain-exact":
      return "dns";
    case "url":
      return "url";
    case "md5":
    case "sha1":
    case "sha256":
      return "fileHash";
  }
}
