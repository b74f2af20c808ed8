import { formatRange, maskBytes, parseAddress, parseRange } from "@breakwater/reputation-set";
import type { EntryKey } from "../entries/entry-state.ts";

/**
 * The keys of all entries that could cover a canonical value, itself first and then from narrow to
 * wide: at most 33 for an IPv4 address, 129 for an IPv6 address, one a label for a name.
 */
export function coveringKeys({ type, value }: EntryKey): EntryKey[] {
  switch (type) {
    case "ipv4":
    case "ipv6":
      return [{ type, value }, ...rangesAround(value)];
    case "cidr":
      return rangesAround(value);
    case "domain":
      return parentNames(value);
    case "domain-exact":
      return [{ type, value }, ...parentNames(value)];
    case "url":
      return [...urlSpellings(value), ...hostKeys(hostOf(value))];
    case "md5":
    case "sha1":
    case "sha256":
      return [{ type, value }];
  }
}

/** An address's ranges, or a range and those that contain it. */
function rangesAround(value: string): EntryKey[] {
  const range = parseRange(value);
  const bytes = range?.bytes ?? parseAddress(value);
  if (bytes === undefined) return [];
  const longest = range?.prefix ?? bytes.length * 8;
  return Array.from({ length: longest }, (_, i) => {
    const prefix = longest - i;
    return { type: "cidr", value: formatRange({ bytes: maskBytes(bytes, prefix), prefix }) };
  });
}

function parentNames(name: string): EntryKey[] {
  const labels = name.split(".");
  return labels.map((_, i) => ({ type: "domain", value: labels.slice(i).join(".") }));
}

/** An entry without port or query covers every port or query. */
function urlSpellings(url: string): EntryKey[] {
  const [place = "", ...rest] = url.split("?");
  const bare = place.replace(/^(\[[^\]]*\]|[^:/]*):\d+\//, "$1/");
  const query = rest.length === 0 ? "" : `?${rest.join("?")}`;
  return [...new Set([url, place, bare + query, bare])].map((value) => ({ type: "url", value }));
}

function hostOf(url: string): string {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:/]*))/.exec(url) ?? [];
  return bracketed ?? plain;
}

function hostKeys(host: string): EntryKey[] {
  const bytes = parseAddress(host);
  if (bytes === undefined) return [{ type: "domain-exact", value: host }, ...parentNames(host)];
  return coveringKeys({ type: bytes.length === 4 ? "ipv4" : "ipv6", value: host });
}
