import type { EntryType, SafeguardSettings } from "@breakwater/protocol";
import { parse } from "tldts";
import type { Safeguard } from "./safeguard.ts";

/** Names come in canonical form; `www.github.io` must not become the suffix it is under. */
const OPTIONS = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
};

/** Names without a dot, and suffixes under which anybody can have a name. */
export function checkName(
  { lists }: SafeguardSettings,
  type: EntryType,
  value: string,
): Safeguard | undefined {
  if (type !== "domain" && type !== "domain-exact") return undefined;
  if (!value.includes(".")) return lists["single-label-names"] ? singleLabel(value) : undefined;
  if (type === "domain-exact" || !lists["public-suffixes"]) return undefined;
  const { publicSuffix, isIcann, isPrivate } = parse(value, OPTIONS);
  const isSuffix = publicSuffix === value && (isIcann === true || isPrivate === true);
  return isSuffix ? suffix(value) : undefined;
}

function singleLabel(value: string): Safeguard {
  return {
    code: "single-label-names",
    reason: "It is a single label: a top-level domain, or a name inside a network",
    remedy: `Block the names below ${value} that are meant, or release it for its source`,
  };
}

function suffix(value: string): Safeguard {
  return {
    code: "public-suffixes",
    reason: "It is a public suffix: everybody can have names under it",
    remedy: `Block the name below it that is meant, for example evil.${value}, or release it for its source`,
  };
}
