import { parseRange } from "./ip-address.ts";
import type { Span } from "./nested-ranges.ts";

/** The addresses that an address or range stands for: IPv4 as numbers, IPv6 as eight characters. */
export type AddressSpan =
  | { readonly family: 4; readonly span: Span<number> }
  | { readonly family: 6; readonly span: Span<string> };

const [DOT, COLON, ZERO, NINE, LOWER_A] = [0x2e, 0x3a, 0x30, 0x39, 0x61] as const;
const GROUPS = 8;

/** @param value canonical address or range; undefined when it is neither */
export function addressSpan(value: string): AddressSpan | undefined {
  if (value.includes("/")) return rangeSpan(value);
  if (value.includes(":")) {
    const point = ipv6Point(value);
    return point === undefined ? undefined : { family: 6, span: { from: point, to: point } };
  }
  const point = ipv4Point(value);
  return point === undefined ? undefined : { family: 4, span: { from: point, to: point } };
}

function rangeSpan(value: string): AddressSpan | undefined {
  const range = parseRange(value);
  if (range === undefined) return undefined;
  const first = range.bytes;
  const last = first.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, range.prefix - i * 8));
    return byte | (0xff >> kept);
  });
  return first.length === 4
    ? { family: 4, span: { from: numberOf(first), to: numberOf(last) } }
    : { family: 6, span: { from: textOf(first), to: textOf(last) } };
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function textOf(bytes: Uint8Array): string {
  const groups = Array.from(
    { length: GROUPS },
    (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0),
  );
  return String.fromCharCode(...groups);
}

/** Without an expression: this runs for every row of an import. */
function ipv4Point(text: string): number | undefined {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) part = Math.max(part, 0) * 10 + code - ZERO;
    else if (code === DOT && part >= 0) {
      address = address * 256 + part;
      part = -1;
      dots += 1;
    } else return undefined;
    if (part > 255) return undefined;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : undefined;
}

/** RFC 5952 text: hexadecimal groups, at most one gap, no dotted tail. */
function ipv6Point(text: string): string | undefined {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    const end = text.indexOf(":", at);
    const group = hexGroup(text, at, end < 0 ? text.length : end);
    if (group === undefined || groups.push(group) > GROUPS) return undefined;
    if (end < 0) return pointOf(groups, gap);
    at = end + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return undefined;
    gap = groups.length;
    at += 1;
  }
  return text.endsWith("::") ? pointOf(groups, gap) : undefined;
}

function pointOf(groups: readonly number[], gap: number): string | undefined {
  if (gap < 0) return groups.length === GROUPS ? String.fromCharCode(...groups) : undefined;
  if (groups.length >= GROUPS) return undefined;
  const zeros = "\0".repeat(GROUPS - groups.length);
  return (
    String.fromCharCode(...groups.slice(0, gap)) + zeros + String.fromCharCode(...groups.slice(gap))
  );
}

function hexGroup(text: string, from: number, to: number): number | undefined {
  if (from === to || to - from > 4) return undefined;
  let group = 0;
  for (let i = from; i < to; i += 1) {
    const code = text.charCodeAt(i);
    const digit =
      code >= ZERO && code <= NINE
        ? code - ZERO
        : code >= LOWER_A && code < LOWER_A + 6
          ? code - LOWER_A + 10
          : -1;
    if (digit < 0) return undefined;
    group = group * 16 + digit;
  }
  return group;
}
