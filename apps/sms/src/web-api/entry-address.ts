import { type EntryType, type ErrorDetail, ok, type Result } from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import type { EntryKey } from "../reputation/index.ts";

/** How a request names entries. File hashes are our addition. */
export const ADDRESS_PARAMETERS = ["ip", "dns", "url", "md5", "sha1", "sha256"] as const;

/** The same, and how the `type` of a file says it. */
export type AddressKind = (typeof ADDRESS_PARAMETERS)[number] | "ipv4" | "ipv6";

/** An address as clients write it, as the entry it stands for. */
export function entryAddress(kind: AddressKind, raw: string): Result<EntryKey, ErrorDetail> {
  const text = raw.trim();
  // Square brackets around a name mean the name alone, without its subdomains.
  const exact = kind === "dns" ? /^\[([^[\]]+)\]$/.exec(text)?.[1] : undefined;
  const type = exact === undefined ? typeOf(kind, text) : "domain-exact";
  const value = canonicalValue(type, exact ?? text);
  return value.ok ? ok({ type, value: value.value }) : value;
}

/** A range is an IP address entry to clients; its family must still be the one they name. */
function typeOf(kind: AddressKind, text: string): EntryType {
  const isV6 = text.includes(":");
  const isRange = text.includes("/");
  switch (kind) {
    case "ip":
      return isRange ? "cidr" : detectType(text) === "ipv6" ? "ipv6" : "ipv4";
    case "ipv4":
      return isRange && !isV6 ? "cidr" : "ipv4";
    case "ipv6":
      return isRange && isV6 ? "cidr" : "ipv6";
    case "dns":
      return "domain";
    case "url":
    case "md5":
    case "sha1":
    case "sha256":
      return kind;
  }
}
