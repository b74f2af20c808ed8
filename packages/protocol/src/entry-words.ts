// Plain lists, so that a browser can use the query language without loading a schema library.

/**
 * Kinds of reputation entry. `domain` covers its subdomains, `domain-exact` the name alone.
 * Values are canonical (see `reputation-set`): URLs have no scheme, hashes are lower-case hex.
 */
export const ENTRY_TYPES = [
  "ipv4",
  "ipv6",
  "cidr",
  "domain",
  "domain-exact",
  "url",
  "md5",
  "sha1",
  "sha256",
] as const;

export const SEVERITIES = ["High", "Medium", "Low"] as const;

export const SCAN_ACTIONS = ["block", "log"] as const;
