import type { EntryType } from "@breakwater/protocol";

/** A type as an input names it: exactly one, or a family within which the value decides. */
export type WantedType = EntryType | "address" | "hash";

const WORDS: ReadonlyMap<string, WantedType> = new Map<string, WantedType>([
  ["ip", "address"],
  ["ipaddress", "address"],
  ["address", "address"],
  ["ipsrc", "address"],
  ["ipdst", "address"],
  ["ipv4", "ipv4"],
  ["ip4", "ipv4"],
  ["ipv4addr", "ipv4"],
  ["ipv4address", "ipv4"],
  ["ipv6", "ipv6"],
  ["ip6", "ipv6"],
  ["ipv6addr", "ipv6"],
  ["ipv6address", "ipv6"],
  ["cidr", "cidr"],
  ["range", "cidr"],
  ["iprange", "cidr"],
  ["subnet", "cidr"],
  ["network", "cidr"],
  ["netblock", "cidr"],
  ["domain", "domain"],
  ["domainname", "domain"],
  ["dns", "domain"],
  ["fqdn", "domain"],
  ["host", "domain"],
  ["hostname", "domain"],
  ["domainexact", "domain-exact"],
  ["url", "url"],
  ["uri", "url"],
  ["md5", "md5"],
  ["filemd5", "md5"],
  ["filehashmd5", "md5"],
  ["sha1", "sha1"],
  ["filesha1", "sha1"],
  ["filehashsha1", "sha1"],
  ["sha256", "sha256"],
  ["filesha256", "sha256"],
  ["filehashsha256", "sha256"],
  ["hash", "hash"],
  ["filehash", "hash"],
]);

/** The type that a word means, whatever its case, hyphens, underscores and spaces. */
export function parseWantedType(text: string): WantedType | undefined {
  return WORDS.get(text) ?? WORDS.get(text.toLowerCase().replace(/[\s_.:-]/g, ""));
}
