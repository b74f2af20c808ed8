import { z } from "zod";
import { EntryType } from "./reputation.ts";

/** What an entry is checked against before devices get it. Each can be switched off. */
export const SAFEGUARD_LISTS = [
  "own",
  "additions",
  "private-networks",
  "special-networks",
  "public-resolvers",
  "dns-servers",
  "infrastructure-hosts",
  "well-known-sites",
  "public-suffixes",
  "single-label-names",
  "wide-ranges",
] as const;
export const SafeguardList = z.enum(SAFEGUARD_LISTS);
export type SafeguardList = z.infer<typeof SafeguardList>;

/** A value that must not be blocked: an address, range, name (with its subdomains), URL or hash. */
export const ProtectedValue = z.strictObject({
  /** Recognised from the value when absent. */
  type: EntryType.optional(),
  value: z.string().min(1).max(2048),
  note: z.string().max(200).default(""),
});
export type ProtectedValue = z.infer<typeof ProtectedValue>;

/** When the result of a fetch is held as a whole instead of being taken over. */
export const SizeLimits = z.strictObject({
  /** Held when more than this part of the entries goes, and more than `shrinkEntries` of them. */
  shrinkPercent: z.number().int().min(1).max(100),
  shrinkEntries: z.number().int().min(0),
  /** Held when there are more than this many times the entries, and more than `growthEntries` are new. */
  growthFactor: z.number().min(1.1).max(1_000_000),
  growthEntries: z.number().int().min(0),
});
export type SizeLimits = z.infer<typeof SizeLimits>;

export const SafeguardSettings = z.strictObject({
  /** Whether each list is used. */
  lists: z.record(SafeguardList, z.boolean()),
  /** Own networks and names: nothing inside them is blocked, nor what reaches into them. */
  own: z.array(ProtectedValue).max(1000),
  additions: z.array(ProtectedValue).max(10_000),
  /** The shortest prefix that a range may have. */
  widestRange: z.strictObject({
    ipv4: z.number().int().min(1).max(32),
    ipv6: z.number().int().min(1).max(128),
  }),
  size: SizeLimits.extend({ enabled: z.boolean() }),
});
export type SafeguardSettings = z.infer<typeof SafeguardSettings>;

export const DEFAULT_SAFEGUARD_SETTINGS: SafeguardSettings = {
  lists: {
    own: true,
    additions: true,
    "private-networks": true,
    "special-networks": true,
    "public-resolvers": true,
    "dns-servers": true,
    "infrastructure-hosts": true,
    "well-known-sites": true,
    "public-suffixes": true,
    "single-label-names": true,
    "wide-ranges": true,
  },
  own: [],
  additions: [],
  widestRange: { ipv4: 16, ipv6: 32 },
  size: {
    enabled: true,
    shrinkPercent: 50,
    shrinkEntries: 100,
    growthFactor: 5,
    growthEntries: 10_000,
  },
};
