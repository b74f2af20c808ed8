import type { EntryType } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import {
  addressHome,
  type DatasetKind,
  expandRange,
  formatAddress,
  type HashAlgorithm,
  type Lane,
  laneHolds,
  MAX_COVERING_LABELS,
  MAX_EXPANDED_ADDRESSES,
  parseRange,
  type Range,
  rangeSize,
} from "@breakwater/suricata";
import type { Policy } from "./policy.ts";

/** What one entry becomes in the engine. `live` elements change over the socket or in the URL table. */
export type LiveElement = {
  readonly lane: Lane;
  readonly kind: DatasetKind | "url";
  readonly value: string;
};
export type ListElement =
  | { readonly lane: Lane; readonly kind: "range"; readonly value: string }
  | {
      readonly lane: Lane;
      readonly kind: "hash";
      readonly value: string;
      readonly algorithm: HashAlgorithm;
    };

export type Placement =
  | { readonly how: "live"; readonly elements: readonly LiveElement[] }
  /** In a file that the engine reads when it reloads. */
  | { readonly how: "listed"; readonly element: ListElement }
  | { readonly how: "refused"; readonly reason: string };

/** Where an entry goes in a lane. Small ranges are expanded: single addresses need no reload. */
export function place(type: EntryType, value: string, lane: Lane): Placement {
  switch (type) {
    case "ipv4":
      return live(lane, "ip", [value]);
    case "ipv6":
      // Only an address whose canonical text ends so can end in twelve zero bytes.
      return !value.endsWith("::") || addressHome(value) === "live"
        ? live(lane, "ip", [value])
        : { how: "listed", element: { lane, kind: "range", value } };
    case "cidr": {
      const addresses = smallRange(value);
      if (addresses !== undefined) return live(lane, "ip", addresses);
      return { how: "listed", element: { lane, kind: "range", value } };
    }
    case "domain":
      if (value.split(".").length <= MAX_COVERING_LABELS) return live(lane, "domain", [value]);
      return refused(
        `the engine covers subdomains of names with at most ${MAX_COVERING_LABELS} labels`,
      );
    case "domain-exact":
      return live(lane, "domain-exact", [value]);
    case "url":
      return live(lane, "url", [value]);
    case "md5":
    case "sha1":
    case "sha256":
      if (!laneHolds(lane, "hash"))
        return refused("a file cannot be trusted: its hash is known too late");
      return { how: "listed", element: { lane, kind: "hash", value, algorithm: type } };
  }
}

/** Whether a range is small enough for the live sets, and every address of it can stand there. */
function isSmallRange(range: Range): boolean {
  return (
    rangeSize(range) <= MAX_EXPANDED_ADDRESSES && addressHome(formatAddress(range.bytes)) === "live"
  );
}

/** The addresses of a range that goes into the live sets. */
function smallRange(value: string): string[] | undefined {
  const range = parseRange(value);
  return isSmallRange(range) ? expandRange(range) : undefined;
}

function live(lane: Lane, kind: LiveElement["kind"], values: readonly string[]): Placement {
  return { how: "live", elements: values.map((value) => ({ lane, kind, value })) };
}

function refused(reason: string): Placement {
  return { how: "refused", reason };
}

/**
 * Whether any member still puts this element into its lane. An address may be wanted by an entry
 * of its own and by small ranges around it: it goes only when the last of them does.
 */
export function isWanted(index: ReputationIndex, policy: Policy, element: LiveElement): boolean {
  const { lane, kind, value } = element;
  switch (kind) {
    case "ip":
      return index
        .coveringAddress(value)
        .some((member) => policy.lane(member.filter) === lane && holdsLive(member));
    case "domain":
    case "domain-exact":
    case "url": {
      const filter = index.get(kind, value);
      return filter !== undefined && policy.lane(filter) === lane;
    }
  }
}

function holdsLive(member: { type: EntryType; value: string }): boolean {
  return member.type !== "cidr" || isSmallRange(parseRange(member.value));
}

export function elementKey({ lane, kind, value }: LiveElement): string {
  return `${lane} ${kind} ${value}`;
}
