import type { EntryType } from "@breakwater/protocol";
import { type RecordVisitor, valueOfKey } from "@breakwater/reputation-set";
import {
  type DatasetKind,
  isLiveAddress,
  type Lane,
  MAX_COVERING_LABELS,
  type PutValue,
  putAddress,
  putBase64,
} from "@breakwater/suricata";
import { place } from "./elements.ts";
import type { Refused } from "./generation.ts";
import type { LineFile } from "./line-file.ts";
import type { ListFiles } from "./list-files.ts";
import type { Policy } from "./policy.ts";
import type { StateFiles } from "./state-files.ts";

type Sinks = {
  readonly states: StateFiles;
  readonly lists: ListFiles;
  readonly refused: Refused[];
};

const DOT = 0x2e;

/**
 * Writes members of one type to where `place` puts them. Addresses and names, which come by the
 * million, go from bytes to bytes; what is not simply live takes the way through `place`.
 */
export function memberWriter(type: EntryType, policy: Policy, sinks: Sinks): RecordVisitor {
  const byPlace = placeWriter(type, policy, sinks);
  switch (type) {
    case "ipv4":
      return lineWriter("ip", putAddress, policy, sinks);
    case "ipv6":
      return either(isLiveAddress, lineWriter("ip", putAddress, policy, sinks), byPlace);
    case "domain":
      return either(isCovering, lineWriter("domain", putBase64, policy, sinks), byPlace);
    case "domain-exact":
      return lineWriter("domain-exact", putBase64, policy, sinks);
    case "cidr":
    case "url":
    case "md5":
    case "sha1":
    case "sha256":
      return byPlace;
  }
}

/** Writes only what goes into a list. */
export function listWriter(type: EntryType, policy: Policy, lists: ListFiles): RecordVisitor {
  return (bytes, start, length, filter) => {
    if (type === "ipv6" && isLiveAddress(bytes, start, length)) return;
    const lane = policy.lane(filter);
    const value = valueOfKey(type, bytes.subarray(start, start + length));
    if (lane === undefined || value === undefined) return;
    const placement = place(type, value, lane);
    if (placement.how === "listed") lists.write(placement.element);
  };
}

function placeWriter(type: EntryType, policy: Policy, sinks: Sinks): RecordVisitor {
  return (bytes, start, length, filter) => {
    const lane = policy.lane(filter);
    const value = valueOfKey(type, bytes.subarray(start, start + length));
    if (lane === undefined || value === undefined) return;
    const placement = place(type, value, lane);
    if (placement.how === "refused") sinks.refused.push({ type, value, reason: placement.reason });
    else if (placement.how === "listed") sinks.lists.write(placement.element);
    else {
      for (const element of placement.elements) {
        if (element.kind !== "url") sinks.states.write(lane, element.kind, element.value);
      }
    }
  };
}

function lineWriter(
  kind: DatasetKind,
  putValue: PutValue,
  policy: Policy,
  { states }: Sinks,
): RecordVisitor {
  const fileOf = (lane: Lane | undefined) => lane && states.of(lane, kind);
  const files = new Map<number, LineFile | undefined>();
  return (bytes, start, length, filter) => {
    let file = files.get(filter);
    if (file === undefined && !files.has(filter)) {
      file = fileOf(policy.lane(filter));
      files.set(filter, file);
    }
    file?.put(putValue, bytes, start, length);
  };
}

function either(
  isSimple: (bytes: Uint8Array, start: number, length: number) => boolean,
  simple: RecordVisitor,
  other: RecordVisitor,
): RecordVisitor {
  return (bytes, start, length, filter) => {
    const write = isSimple(bytes, start, length) ? simple : other;
    write(bytes, start, length, filter);
  };
}

/** Whether the engine covers the subdomains of a name with so many labels. */
function isCovering(bytes: Uint8Array, start: number, length: number): boolean {
  let labels = 1;
  for (let i = start; i < start + length; i += 1) if (bytes[i] === DOT) labels += 1;
  return labels <= MAX_COVERING_LABELS;
}
