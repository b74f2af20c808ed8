import type { EntryType } from "@breakwater/protocol";
import { hostOf } from "./url-spellings.ts";

/**
 * Where the entries that a key covers stand in an index, as bounds for a query:
 * - `network`: the address, range, or address of a URL's host lies inside `within`;
 * - `host`: {@link reversedHost} of the entry's name or URL, from `from` up to but without `before`;
 * - `value`: the value itself, in byte order, likewise.
 * Together they hold every covered entry and few others: put each to a `CoverIndex`.
 */
export type CoveredRange =
  | { readonly by: "network"; readonly within: string }
  | {
      readonly by: "host" | "value";
      readonly types: readonly EntryType[];
      readonly from: string;
      readonly before: string;
    };

/** Sorts behind the dot that ends a reversed host, and before what follows it in a longer one. */
const BEFORE_ANY_LABEL = "!";
/** The character behind the dot. */
const AFTER_DOT = "/";

/** @param value canonical value of a key */
export function coveredRanges(type: EntryType, value: string): CoveredRange[] {
  switch (type) {
    case "ipv4":
    case "ipv6":
    case "cidr":
      return [{ by: "network", within: value }];
    case "domain": {
      const from = reversedHost(value);
      const before = from.slice(0, -1) + AFTER_DOT;
      return [{ by: "host", types: ["domain", "domain-exact", "url"], from, before }];
    }
    case "domain-exact": {
      const from = reversedHost(value);
      return [
        { by: "host", types: ["domain-exact", "url"], from, before: from + BEFORE_ANY_LABEL },
      ];
    }
    case "url":
      return urlRanges(value);
    case "md5":
    case "sha1":
    case "sha256":
      return [exactly(type, value)];
  }
}

/** `www.evil.test` → `tset.live.www.`: everything under a domain has one beginning. */
export function reversedHost(name: string): string {
  return Buffer.from(`.${name}`, "latin1").reverse().toString("latin1");
}

function urlRanges(url: string): CoveredRange[] {
  const ranges = [exactly("url", url)];
  if (!url.includes("?")) ranges.push(between(`${url}?`, `${url}@`));
  const authority = url.slice(0, url.indexOf("/"));
  const host = hostOf(url);
  const written = host.includes(":") ? `[${host}]` : host;
  if (authority === written) ranges.push(between(`${authority}:`, `${authority};`));
  return ranges;
}

function exactly(type: EntryType, value: string): CoveredRange {
  return { by: "value", types: [type], from: value, before: `${value} ` };
}

function between(from: string, before: string): CoveredRange {
  return { by: "value", types: ["url"], from, before };
}
