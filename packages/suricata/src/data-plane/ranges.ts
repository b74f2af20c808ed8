import { invalidField } from "@breakwater/protocol";
import { formatAddress, parseAddress } from "./ip-address.ts";
import { LANES, type Lane } from "./lanes.ts";
import { isLiveAddress } from "./state-lines.ts";

/** Ranges of at most this many addresses are cheaper as single live addresses than as a reload. */
export const MAX_EXPANDED_ADDRESSES = 256;

export type Range = { bytes: Uint8Array; prefix: number };

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Host bits are cleared. */
export function parseRange(text: string): Range {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = parseAddress(address);
  const bits = (bytes?.length ?? 0) * 8;
  const prefix = length === undefined ? bits : Number(length);
  const validPrefix = /^\d{1,3}$/.test(length ?? "0") && prefix <= bits;
  if (bytes === undefined || !validPrefix || rest.length > 0) {
    throw invalidField("range", text, "is not a CIDR range", "Write it as 192.0.2.0/24");
  }
  return { bytes: bytes.map((byte, index) => byte & maskByte(prefix, index)), prefix };
}

/** How many addresses a range spans, as a number that may lose precision above 2^53. */
export function rangeSize({ bytes, prefix }: Range): number {
  return 2 ** (bytes.length * 8 - prefix);
}

/** The single addresses of a small range; undefined for a larger one. */
export function expandRange(range: Range): string[] | undefined {
  if (rangeSize(range) > MAX_EXPANDED_ADDRESSES) return undefined;
  const last = range.bytes.length - 1;
  return Array.from({ length: rangeSize(range) }, (_, offset) => {
    const bytes = Uint8Array.from(range.bytes);
    bytes[last] = (bytes[last] ?? 0) + offset;
    return formatAddress(bytes);
  });
}

/**
 * Where the engine can hold a single address. Its live set keeps IPv4 as four bytes and
 * twelve zeros, so an IPv6 address that ends in twelve zero bytes would be the same key
 * as an IPv4 address: those go with the ranges, which keep the families apart.
 */
export function addressHome(address: string): "live" | "range" {
  const bytes = parseAddress(address);
  if (bytes === undefined) {
    throw invalidField("address", address, "is not an IP address", "Write it as 192.0.2.1");
  }
  return isLiveAddress(bytes, 0, bytes.length) ? "live" : "range";
}

/** Name of a lane's column in the engine's reputation file. */
export function rangeCategory(lane: Lane): string {
  return `bw-${lane}`;
}

/** The categories file; the engine reads it once, when it starts. */
export function renderRangeCategories(): string {
  return LANES.map(
    (lane, index) => `${index + 1},${rangeCategory(lane)},Breakwater ${lane}\n`,
  ).join("");
}

const LISTED = 100;
/** The most specific range decides per lane, so a score of zero takes a part out again. */
const EXCLUDED = 0;

/** One line of the reputation file. `except` marks a hole in a wider range of the same lane. */
export function renderRangeLine(range: Range, lane: Lane, except = false): string {
  const score = except ? EXCLUDED : LISTED;
  const address = `${formatAddress(range.bytes)}/${range.prefix}`;
  return `${address},${LANES.indexOf(lane) + 1},${score}\n`;
}

function maskByte(prefix: number, index: number): number {
  const kept = Math.min(8, Math.max(0, prefix - index * 8));
  return (0xff << (8 - kept)) & 0xff;
}
