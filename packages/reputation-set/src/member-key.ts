import type { EntryType } from "@breakwater/protocol";
import {
  formatAddress,
  formatRange,
  isMapped,
  maskBytes,
  parseAddress,
  parseRange,
} from "./ip-address.ts";

/** Type numbers of the binary formats and the checksum: append, never reorder. */
export const TYPE_CODES: readonly EntryType[] = [
  "ipv4",
  "ipv6",
  "cidr",
  "domain",
  "domain-exact",
  "url",
  "md5",
  "sha1",
  "sha256",
];

export const MAX_KEY_BYTES = 2048;
const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39] as const;

/** Key length of the types whose keys all have the same; undefined for text. */
export function fixedKeyBytes(type: EntryType): number | undefined {
  switch (type) {
    case "ipv4":
      return 4;
    case "ipv6":
    case "md5":
      return 16;
    case "cidr":
      return 18;
    case "sha1":
      return 20;
    case "sha256":
      return 32;
    case "domain":
    case "domain-exact":
    case "url":
      return undefined;
  }
}

/**
 * The bytes of a canonical value: addresses and hashes in binary, names and URLs as text. A range
 * is family (4 or 6), prefix length, and 16 bytes of address padded with zeros.
 * @throws RangeError for a value that is not canonical enough to have a key
 */
export function keyOf(type: EntryType, value: string): Uint8Array {
  switch (type) {
    case "ipv4":
      return ipv4Key(value);
    case "ipv6": {
      const bytes = parseAddress(value);
      return bytes?.length === 16 ? bytes : noKey(type, value);
    }
    case "cidr":
      return rangeKey(value);
    case "md5":
    case "sha1":
    case "sha256": {
      const bytes = Buffer.from(value, "hex");
      const fits = bytes.length === fixedKeyBytes(type) && value.length === bytes.length * 2;
      return fits ? bytes : noKey(type, value);
    }
    case "domain":
    case "domain-exact":
    case "url": {
      const bytes = Buffer.from(value, "utf8");
      return isText(bytes) ? bytes : noKey(type, value);
    }
  }
}

/** The canonical value of a key, or undefined for bytes that are no key of this type. */
export function valueOf(type: EntryType, key: Uint8Array): string | undefined {
  const fixed = fixedKeyBytes(type);
  if (fixed !== undefined && key.length !== fixed) return undefined;
  switch (type) {
    case "ipv4":
    case "ipv6":
      return formatAddress(key);
    case "cidr":
      return rangeOf(key);
    case "md5":
    case "sha1":
    case "sha256":
      return Buffer.from(key.buffer, key.byteOffset, key.length).toString("hex");
    case "domain":
    case "domain-exact":
    case "url":
      return textOf(key);
  }
}

/** Whether bytes are the key of some canonical value, without making its text. */
export function isKey(type: EntryType, key: Uint8Array): boolean {
  const fixed = fixedKeyBytes(type);
  if (fixed === undefined) return isText(key);
  if (key.length !== fixed) return false;
  if (type === "cidr") return rangeOf(key) !== undefined;
  return type !== "ipv6" || !isMapped(key);
}

/** Digits and dots only: this runs for every member of a set, so it does not use an expression. */
function ipv4Key(value: string): Uint8Array {
  const bytes = new Uint8Array(4);
  let part = -1;
  let at = 0;
  for (let i = 0; i <= value.length; i += 1) {
    const code = i === value.length ? DOT : value.charCodeAt(i);
    if (code === DOT && part >= 0 && at < 4) {
      bytes[at++] = part;
      part = -1;
    } else if (code >= ZERO && code <= NINE && part !== 0) {
      part = Math.max(part, 0) * 10 + code - ZERO;
      if (part > 255) return noKey("ipv4", value);
    } else return noKey("ipv4", value);
  }
  return at === 4 ? bytes : noKey("ipv4", value);
}

function rangeKey(value: string): Uint8Array {
  const range = parseRange(value);
  if (range === undefined || range.prefix === 0) return noKey("cidr", value);
  return addressRangeKey(range.bytes, range.prefix);
}

/** @param bytes address whose host bits are clear */
export function addressRangeKey(bytes: Uint8Array, prefix: number): Uint8Array {
  const key = new Uint8Array(18);
  key[0] = bytes.length === 4 ? 4 : 6;
  key[1] = prefix;
  key.set(bytes, 2);
  return key;
}

function rangeOf(key: Uint8Array): string | undefined {
  const length = key[0] === 4 ? 4 : 16;
  const prefix = key[1] ?? 0;
  if ((key[0] !== 4 && key[0] !== 6) || prefix === 0 || prefix > length * 8) return undefined;
  const bytes = key.subarray(2, 2 + length);
  const isExact = Buffer.compare(addressRangeKey(maskBytes(bytes, prefix), prefix), key) === 0;
  if (!isExact || (prefix >= 96 && isMapped(bytes))) return undefined;
  return formatRange({ bytes, prefix });
}

/** Printable ASCII: canonical names and URLs have nothing else. */
export function isText(key: Uint8Array): boolean {
  return key.length > 0 && key.length <= MAX_KEY_BYTES && isPrintable(key, 0, key.length);
}

export function isPrintable(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x21 || byte > 0x7e) return false;
  }
  return true;
}

function textOf(key: Uint8Array): string | undefined {
  if (!isText(key)) return undefined;
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}

export function noKey(type: EntryType, value: string): never {
  throw new RangeError(`not a canonical ${type} value: ${value.slice(0, 200)}`);
}
