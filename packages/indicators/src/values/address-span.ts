import { isIPv4, isIPv6 } from "node:net";

/** More ranges than this for one span, and it is refused. Any span of IPv4 needs at most 62. */
export const MAX_RANGES = 64;

const SPAN = /^([0-9a-fA-F:.]+)\s*[-–]\s*([0-9a-fA-F:.]+)$/;

export type AddressSpan = { first: bigint; last: bigint; bits: 32 | 128 };

/** `a-b`, or `192.0.2.1-25` for the last number only; undefined when the text is no such thing. */
export function parseSpan(text: string): AddressSpan | undefined {
  const [, from = "", to = ""] = SPAN.exec(text) ?? [];
  const until = isIPv4(from) && /^\d{1,3}$/.test(to) ? from.replace(/\d+$/, to) : to;
  if (isIPv4(from) && isIPv4(until)) {
    return { first: ipv4Number(from), last: ipv4Number(until), bits: 32 };
  }
  const both = isIPv6(from) && isIPv6(until);
  return both ? { first: ipv6Number(from), last: ipv6Number(until), bits: 128 } : undefined;
}

/** The fewest ranges that cover the span and nothing else; undefined above the limit. */
export function rangesOf(span: AddressSpan): string[] | undefined {
  const ranges: string[] = [];
  for (let at = span.first; at <= span.last; ) {
    if (ranges.length === MAX_RANGES) return undefined;
    let host = 0;
    while (host < span.bits && fits(at, host + 1, span.last)) host++;
    ranges.push(spell(at, span.bits, span.bits - host));
    at += 1n << BigInt(host);
  }
  return ranges;
}

function fits(at: bigint, host: number, last: bigint): boolean {
  const size = 1n << BigInt(host);
  return at % size === 0n && at + size - 1n <= last;
}

function spell(at: bigint, bits: number, prefix: number): string {
  const address = bits === 32 ? ipv4Text(at) : ipv6Text(at);
  return prefix === bits ? address : `${address}/${prefix}`;
}

function ipv4Number(text: string): bigint {
  return text.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join(".");
}

function ipv6Number(text: string): bigint {
  // The URL parser spells out an embedded IPv4 address.
  const plain = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [left = "", right] = plain.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const gap = right === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: gap }, () => "0"), ...tail];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv6Text(value: bigint): string {
  const shifts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n];
  return shifts.map((shift) => ((value >> shift) & 0xffffn).toString(16)).join(":");
}
