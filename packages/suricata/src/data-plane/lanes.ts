/**
 * A lane is the engine's sets and rules for one flow control. The order is part of
 * the sid layout: append, never reorder.
 */
export const LANES = ["block", "reset", "notify", "trust", "quarantine"] as const;
export type Lane = (typeof LANES)[number];

/** What a lane holds; each kind has its own way into the engine. */
export const KINDS = ["ip", "domain-exact", "domain", "url", "range", "hash"] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that live in a Suricata dataset and change over the command socket. */
export const DATASET_KINDS = ["ip", "domain-exact", "domain"] as const satisfies readonly Kind[];
export type DatasetKind = (typeof DATASET_KINDS)[number];

export const HASH_ALGORITHMS = ["md5", "sha1", "sha256"] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

export type Verb = "drop" | "reject" | "rejectboth" | "alert" | "pass";

/**
 * The rule action of a lane. Suricata evaluates pass, drop, reject, alert in this
 * order, so trust wins over all and block over notify, whatever the rule order.
 */
export function laneVerb(lane: Lane): Verb {
  switch (lane) {
    case "block":
    case "quarantine":
      return "drop";
    case "reset":
      return "reject";
    case "notify":
      return "alert";
    case "trust":
      return "pass";
  }
}

/** A file's hash is known with its last byte only: too late to trust it. */
export function laneHolds(lane: Lane, kind: Kind): boolean {
  return !(lane === "trust" && kind === "hash");
}

/**
 * A domain entry covers names of any depth below it, and may itself have this many
 * labels. Each label count costs one rule per place where a name shows.
 */
export const MAX_COVERING_LABELS = 8;
