import type { EntryType, ScanAction, Severity } from "../reputation.ts";

/** Where something stands in the text: offsets in UTF-16 units, `to` exclusive. */
export type Span = { from: number; to: number };

export type QueryProblem = Span & { message: string };

/** A text to compare with, without case. */
export type Pattern = { match: "exact" | "prefix" | "suffix" | "substring"; text: string };

/** A value written in full, in its canonical spelling. */
export type RecognisedValue = { type: EntryType; value: string };

/** A word to look for in values; `as` when it is a value written in full, in any spelling. */
export type Word = {
  match: Pattern["match"] | "any";
  text: string;
  as?: RecognisedValue;
};

export const TIME_UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
export type TimeUnit = keyof typeof TIME_UNITS;
export type Duration = { amount: number; unit: TimeUnit };
export type Comparison = "<" | "<=" | ">" | ">=";

/** Dates are ISO 8601: a day, or a moment in UTC. */
export type TimeTest =
  | { kind: "never" }
  /** Less or more than so long away from now. */
  | ({ kind: "distance"; op: "<" | ">" } & Duration)
  | { kind: "date"; op: Comparison | "="; date: string }
  /** Both days belong to it; null: open on that side. */
  | { kind: "range"; from: string | null; to: string | null };

export type TagTest =
  | { op: "has" }
  | { op: "is"; values: Pattern[] }
  /** A number, or a date as text. */
  | { op: Comparison; value: number | string };

export const TRAITS = ["tag", "expiry", "description", "source", "severity", "action"] as const;
export type Trait = (typeof TRAITS)[number];

export const ENTRY_STATES = [
  "in-force",
  "partly",
  "pending",
  "failed",
  "no-filter",
  "no-device",
  "held",
  "excepted",
] as const;

/** `new`: added within the last day. `local`: asserted by this SMS's users. */
export const CONDITIONS = ["held", "excepted", "new", "local"] as const;
export type Condition = (typeof CONDITIONS)[number];

export type TimeField = "expires" | "added" | "modified";
export type NameField = "source" | "filter" | "profile";

/** What one term demands. Several values in a test: any of them. */
export type QueryTest =
  | { field: "value"; words: Word[] }
  | { field: "covering"; values: { text: string; as?: RecognisedValue }[] }
  | { field: "type"; values: EntryType[] }
  | { field: "severity"; values: Severity[] }
  | { field: "action"; values: ScanAction[] }
  | { field: NameField; values: Pattern[] }
  | { field: "tag"; name: string; test: TagTest }
  | { field: "has"; values: Trait[] }
  | { field: "state"; values: (typeof ENTRY_STATES)[number][] }
  | { field: "is"; values: Condition[] }
  | { field: TimeField; times: TimeTest[] }
  | { field: "seen"; within: Duration };

export type QueryField = QueryTest["field"];

export type QueryTerm = Span & { negated: boolean; test: QueryTest };

/** All terms must hold; no term: everything. */
export type Query = { terms: QueryTerm[] };

/** Knows a value written in full, whatever its spelling; undefined for any other text. */
export type RecogniseValue = (text: string) => RecognisedValue | undefined;
