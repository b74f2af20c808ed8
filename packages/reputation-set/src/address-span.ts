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
  if (!value.includes(":")) return ipv4RangeSpan(value);
  const range = parseRange(value);
  if (range === undefined) return undefined;
  const first = range.bytes;
  const last = first.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, range.prefix - i * 8));
    return byte | (0xff >> kept);
  });
  return { family: 6, span: { from: textOf(first), to: textOf(last) } };
}

function ipv4RangeSpan(value: string): AddressSpan | undefined {
  const slash = value.indexOf("/");
  const from = ipv4Point(value.slice(0, slash));
  const prefix = Number(value.slice(slash + 1));
  if (from === undefined || !(prefix >= 0 && prefix <= 32)) return undefined;
  return { family: 4, span: { from, to: from + 2 ** (32 - prefix) - 1 } };
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
  let group = -1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const digit = hexDigit(code);
    if (digit >= 0) group = group < 0 ? digit : group * 16 + digit;
    else if (code !== COLON) return undefined;
    else if (group >= 0) {
      groups.push(group);
      group = -1;
    } else if (gap >= 0 || (i === 0 && text.charCodeAt(1) !== COLON)) return undefined;
    else if (i > 0) gap = groups.length;
    if (group > 0xffff) return undefined;
  }
  if (group >= 0) groups.push(group);
  else if (gap !== groups.length) return undefined;
  return pointOf(groups, gap);
}

function pointOf(groups: number[], gap: number): string | undefined {
  const missing = GROUPS - groups.length;
  if (missing < 0 || missing > 0 === gap < 0) return undefined;
  if (missing > 0) {
    groups.length = GROUPS;
    groups.copyWithin(gap + missing, gap, GROUPS - missing).fill(0, gap, gap + missing);
  }
  return String.fromCharCode(...groups);
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  return code >= LOWER_A && code < LOWER_A + 6 ? code - LOWER_A + 10 : -1;
}
