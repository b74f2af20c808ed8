import { isIPv4, isIPv6 } from "node:net";

const [COLON, ZERO, NINE, A] = [0x3a, 0x30, 0x39, 0x61] as const;

/** 4 or 16 bytes, or undefined when the text is not an address. IPv4-mapped IPv6 becomes IPv4. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split(".").map(Number));
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const bytes = parseIpv6(text);
  return isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/** Whether 16 bytes are an IPv4 address in IPv6 clothes (`::ffff:0:0/96`). */
export function isMapped(bytes: Uint8Array): boolean {
  return (
    bytes.length === 16 &&
    bytes.subarray(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  );
}

function parseIpv6(text: string): Uint8Array {
  const source = hexTail(text);
  const bytes = new Uint8Array(16);
  const gap = source.indexOf("::");
  putGroups(bytes, 0, gap < 0 ? source : source.slice(0, gap));
  if (gap < 0) return bytes;
  const tail = source.slice(gap + 2);
  const groups = tail === "" ? 0 : tail.split(":").length;
  putGroups(bytes, 16 - groups * 2, tail);
  return bytes;
}

/** Digit by digit: this runs for every IPv6 member of a set. */
function putGroups(bytes: Uint8Array, from: number, text: string): void {
  let at = from;
  let group = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const isColon = code === COLON;
    if (!isColon) group = group * 16 + (code <= NINE ? code - ZERO : (code | 0x20) - A + 10);
    if (!isColon && i < text.length - 1) continue;
    bytes[at] = group >> 8;
    bytes[at + 1] = group & 0xff;
    at += 2;
    group = 0;
  }
}

/** `::ffff:1.2.3.4` with its last 32 bits as two groups. */
function hexTail(text: string): string {
  if (!text.includes(".")) return text;
  const start = text.lastIndexOf(":") + 1;
  const [a = 0, b = 0, c = 0, d = 0] = text.slice(start).split(".").map(Number);
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Canonical text: dotted decimal, or RFC 5952. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0),
  );
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}

export type Range = { readonly bytes: Uint8Array; readonly prefix: number };

/** A range with its host bits cleared. IPv4-mapped IPv6 ranges become IPv4 ones. */
export function parseRange(text: string): Range | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const bytes = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  if (match?.[1] === undefined || bytes === undefined) return undefined;
  const mapped = bytes.length === 4 && match[1].includes(":");
  const prefix = Number(match[2]) - (mapped ? 96 : 0);
  if (prefix < 0 || prefix > bytes.length * 8) return undefined;
  return { bytes: maskBytes(bytes, prefix), prefix };
}

export function maskBytes(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, prefix - i * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}

export function formatRange(range: Range): string {
  return `${formatAddress(range.bytes)}/${range.prefix}`;
}
