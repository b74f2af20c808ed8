import { type EntryType, type ErrorDetail, fail, ok, type Result } from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import { MAX_RANGES, parseSpan, rangesOf } from "./address-span.ts";
import type { WantedType } from "./wanted-type.ts";

export type Target = { type: EntryType; value: string };

/**
 * What a value names: one thing, or for a span of addresses the ranges that it consists of. Without
 * a wanted type the value decides.
 */
export function targetsOf(
  raw: string,
  wanted: WantedType | undefined,
): Result<readonly Target[], ErrorDetail> {
  const type = wanted === undefined ? detectType(raw) : typeWithin(wanted, raw);
  if (type === undefined || type === "domain" || type === "cidr") {
    const span = parseSpan(raw);
    if (span !== undefined) return targetsOfSpan(span, raw);
  }
  if (type === undefined) return fail(unrecognised(raw, wanted));
  const result = canonicalValue(type, raw);
  return result.ok ? ok([{ type, value: result.value }]) : result;
}

/** `cidr` and `address` are often used for both, and IPv4 and IPv6 columns hold ranges too. */
function typeWithin(wanted: WantedType, raw: string): EntryType | undefined {
  switch (wanted) {
    case "address":
    case "ipv4":
    case "ipv6":
    case "cidr": {
      const found = detectType(raw);
      if (found === "ipv4" || found === "ipv6" || found === "cidr") {
        return isOtherFamily(wanted, found, raw) ? wanted : found;
      }
      return parseSpan(raw) !== undefined || wanted === "address" ? undefined : wanted;
    }
    case "hash": {
      const found = detectType(raw);
      return found === "md5" || found === "sha1" || found === "sha256" ? found : undefined;
    }
    default:
      return wanted;
  }
}

function isOtherFamily(
  wanted: WantedType,
  found: EntryType,
  raw: string,
): wanted is "ipv4" | "ipv6" {
  if (wanted !== "ipv4" && wanted !== "ipv6") return false;
  const family = found === "cidr" ? (raw.includes(":") ? "ipv6" : "ipv4") : found;
  return family !== wanted;
}

function targetsOfSpan(
  span: NonNullable<ReturnType<typeof parseSpan>>,
  raw: string,
): Result<readonly Target[], ErrorDetail> {
  if (span.first > span.last) {
    const remedy = "Write the lower address first";
    return fail({ value: raw, reason: "the range ends before it begins", remedy });
  }
  const ranges = rangesOf(span);
  if (ranges === undefined) {
    const reason = `the range does not come down to ${MAX_RANGES} CIDR ranges or fewer`;
    return fail({ value: raw, reason, remedy: "Write it as CIDR ranges" });
  }
  const targets: Target[] = [];
  for (const range of ranges) {
    const type = detectType(range) ?? "cidr";
    const result = canonicalValue(type, range);
    if (!result.ok) return result;
    targets.push({ type, value: result.value });
  }
  return ok(targets);
}

function unrecognised(raw: string, wanted: WantedType | undefined): ErrorDetail {
  if (wanted === "hash") {
    const remedy = "Give an MD5 (32), SHA-1 (40) or SHA-256 (64 hexadecimal digits)";
    return { value: raw, reason: "it is not a file hash", remedy };
  }
  if (wanted === "address") {
    const remedy = "Write it as 192.0.2.1, 2001:db8::1 or 192.0.2.0/24";
    return { value: raw, reason: "it is not an IP address or range", remedy };
  }
  if (raw.includes("*")) {
    const remedy = "Leave the wildcard out: an entry of type domain covers its subdomains";
    return { value: raw, reason: "wildcards are not part of a name", remedy };
  }
  const reason = "it is not an address, a range, a domain, a URL or a file hash";
  const remedy = "Check the column and the spelling";
  return { value: raw, reason, remedy };
}
