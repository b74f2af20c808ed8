import { ENTRY_TYPES, SCAN_ACTIONS, SEVERITIES } from "../entry-words.ts";
import { CONDITIONS, ENTRY_STATES, type QueryField, TRAITS } from "./query.ts";

export type FieldDescription = {
  field: QueryField;
  /** What stands before the colon, the canonical name first. */
  names: readonly string[];
  /** One sentence, for completion and help. */
  summary: string;
  example: string;
  /** All values there are; undefined: other ones, or free text. */
  values?: readonly string[];
};

/** Short for several types at once. */
export const TYPE_GROUPS = {
  address: ["ipv4", "ipv6"],
  range: ["cidr"],
  name: ["domain", "domain-exact"],
  hash: ["md5", "sha1", "sha256"],
} as const;

/** Every field of the query language, in the order in which they are offered. */
export const QUERY_FIELDS: readonly FieldDescription[] = [
  {
    field: "value",
    names: ["value"],
    summary: "Text in the value; also without the field name",
    example: "evil.example",
  },
  {
    field: "type",
    names: ["type"],
    summary: "Kind of entry",
    example: "type:domain,url",
    values: [...ENTRY_TYPES, ...Object.keys(TYPE_GROUPS)],
  },
  {
    field: "severity",
    names: ["severity"],
    summary: "Severity that holds over all sources",
    example: "severity:High,Medium",
    values: SEVERITIES,
  },
  {
    field: "action",
    names: ["action"],
    summary: "Scan action that holds over all sources",
    example: "action:block",
    values: SCAN_ACTIONS,
  },
  {
    field: "source",
    names: ["source"],
    summary: "Who asserts the entry",
    example: 'source:"Local"',
  },
  {
    field: "state",
    names: ["state"],
    summary: "Where the entry is in force",
    example: "state:pending,failed",
    values: ENTRY_STATES,
  },
  {
    field: "expires",
    names: ["expires"],
    summary: "When the last source stops asserting it",
    example: "expires:<24h",
  },
  {
    field: "added",
    names: ["added"],
    summary: "When the entry was first asserted",
    example: "added:<7d",
  },
  {
    field: "modified",
    names: ["modified", "last"],
    summary: "When the entry last changed",
    example: "modified:<24h",
  },
  {
    field: "tag",
    names: ["tag"],
    summary: "A tag category, or its value",
    example: 'tag:"Trend Micro Publisher"="Vision One"',
  },
  {
    field: "has",
    names: ["has", "no"],
    summary: "Whether the entry has something at all",
    example: "no:expiry",
    values: TRAITS,
  },
  {
    field: "is",
    names: ["is"],
    summary: "held, excepted, new (added within a day) or local",
    example: "is:held",
    values: CONDITIONS,
  },
  {
    field: "filter",
    names: ["filter"],
    summary: "Reputation filter that takes the entry",
    example: 'filter:"Suspicious objects: high"',
  },
  {
    field: "profile",
    names: ["profile"],
    summary: "Inspection profile with a filter that takes the entry",
    example: 'profile:"Default"',
  },
  {
    field: "covering",
    names: ["covering"],
    summary: "Entries that cover a value: itself, ranges, parents of a name",
    example: "covering:198.51.100.7",
  },
  {
    field: "seen",
    names: ["seen"],
    summary: "Matched by an event within that time",
    example: "seen:7d",
  },
];

export const FIELD_NAMES: readonly string[] = QUERY_FIELDS.flatMap(({ names }) => names);

/** The field that goes by `name`, in any case. */
export function fieldNamed(name: string): FieldDescription | undefined {
  return QUERY_FIELDS.find(({ names }) => names.includes(name.toLowerCase()));
}
