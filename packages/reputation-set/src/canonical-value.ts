import { type EntryType, type ErrorDetail, ok, type Result } from "@breakwater/protocol";
import { canonicalDomain } from "./canonical-host.ts";
import { canonicalUrl } from "./canonical-url.ts";
import { formatAddress, formatRange, parseAddress, parseRange } from "./ip-address.ts";
import { plainValueType } from "./plain-value.ts";
import { refuse } from "./refusal.ts";

const HASH_LENGTH = { md5: 32, sha1: 40, sha256: 64 } as const;

/**
 * The one spelling under which a value is stored, compared and sent to devices. Accepts what
 * people paste: defanged (`hxxp`, `[.]`), any case, host bits, trailing dots.
 */
export function canonicalValue(type: EntryType, raw: string): Result<string, ErrorDetail> {
  const plain = plainValueType(raw);
  if (plain !== undefined && (plain === type || (plain === "domain" && type === "domain-exact"))) {
    return ok(raw);
  }
  return canonicalSpelling(type, raw);
}

/** {@link canonicalValue} without the short way for values that are canonical already. */
export function canonicalSpelling(type: EntryType, raw: string): Result<string, ErrorDetail> {
  const text = refang(raw);
  if (text === "") return refuse(type, raw, "it is empty", "Give a value");
  switch (type) {
    case "ipv4":
    case "ipv6":
      return canonicalAddress(type, text);
    case "cidr":
      return canonicalRange(text);
    case "domain":
    case "domain-exact":
      return canonicalDomain(text);
    case "url":
      return canonicalUrl(text);
    case "md5":
    case "sha1":
    case "sha256":
      return canonicalHash(type, text);
  }
}

/** Read as the URL that it could be, a typing error would block nothing and look well. */
const MISTYPED_RANGE = /^(?:[\d.]+|(?:[0-9a-f.]*:){2}[0-9a-f:.]*)\/\d+$/i;

/** Which type a value most likely is; undefined when it is none. Names are taken to cover subdomains. */
export function detectType(raw: string): EntryType | undefined {
  return plainValueType(raw) ?? detectSpelling(raw);
}

/** {@link detectType} without the short way. */
export function detectSpelling(raw: string): EntryType | undefined {
  const text = refang(raw);
  const bytes = parseAddress(withoutHostBrackets(text));
  if (bytes !== undefined) return bytes.length === 4 ? "ipv4" : "ipv6";
  if (parseRange(text) !== undefined) return "cidr";
  if (MISTYPED_RANGE.test(text)) return undefined;
  const hash = (["md5", "sha1", "sha256"] as const).find((type) => canonicalHash(type, text).ok);
  if (hash !== undefined) return hash;
  const looksLikeUrl = /:\/\/|[/?]|:\d+$/.test(text);
  if (looksLikeUrl) return canonicalUrl(text).ok ? "url" : undefined;
  return text.includes(".") && canonicalDomain(text).ok ? "domain" : undefined;
}

/** Scheme and host, as written by people. */
const FRONT = /^(?:[a-z*]+(?:\[:\/\/\]|\[:\]\/\/|:\/\/))?[^/?#\\]*/i;

/**
 * Undoes the usual ways of writing an indicator so that nobody clicks on it. Only where scheme or
 * host are written so: brackets in the path of a plain URL belong to it.
 */
export function refang(raw: string): string {
  const text = raw.trim();
  const front = FRONT.exec(text)?.[0] ?? "";
  return withoutBrackets(front) === front ? text : withoutBrackets(text);
}

function withoutBrackets(text: string): string {
  return text
    .replace(/^h(?:xx|\*\*)p(s?)(?=\[:|:\/\/)/i, "http$1")
    .replace(/\[:\/\/\]|\[:\]\/\//g, "://")
    .replace(/[[({]\s*(?:\.|dot)\s*[\])}]/gi, ".")
    .replace(/\[:\]/g, ":");
}

/** An IPv6 address as it stands in a URL. */
function withoutHostBrackets(text: string): string {
  return text.startsWith("[") && text.endsWith("]") && text.includes(":")
    ? text.slice(1, -1)
    : text;
}

function canonicalAddress(type: "ipv4" | "ipv6", text: string): Result<string, ErrorDetail> {
  const bytes = parseAddress(withoutHostBrackets(text));
  const example = type === "ipv4" ? "192.0.2.1" : "2001:db8::1";
  if (bytes === undefined) {
    return refuse(
      type,
      text,
      `it is not an ${type === "ipv4" ? "IPv4" : "IPv6"} address`,
      `Write it as ${example}`,
    );
  }
  const actual = bytes.length === 4 ? "ipv4" : "ipv6";
  if (actual !== type) {
    return refuse(
      type,
      text,
      `it is an address of type ${actual}`,
      `Add it as ${actual} ${formatAddress(bytes)}`,
    );
  }
  return ok(formatAddress(bytes));
}

function canonicalRange(text: string): Result<string, ErrorDetail> {
  const range = parseRange(text);
  if (range === undefined) {
    return refuse(
      "cidr",
      text,
      "it is not a CIDR range",
      "Write it as 192.0.2.0/24 or 2001:db8::/32",
    );
  }
  if (range.prefix === 0) {
    return refuse("cidr", text, "it covers every address", "Give a range with a longer prefix");
  }
  return ok(formatRange(range));
}

function canonicalHash(type: keyof typeof HASH_LENGTH, text: string): Result<string, ErrorDetail> {
  const length = HASH_LENGTH[type];
  if (text.length === length && /^[0-9a-fA-F]+$/.test(text)) return ok(text.toLowerCase());
  const remedy = `Give ${length} hexadecimal digits (this has ${text.length} characters)`;
  return refuse(type, text, `it is not a ${type.toUpperCase()} hash`, remedy);
}
