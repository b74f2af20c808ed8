import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { type ErrorDetail, ok, type Result } from "@breakwater/protocol";
import { formatAddress, parseAddress } from "./ip-address.ts";
import { refuse } from "./refusal.ts";

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** The host parser stops at these, or leaves them out, and what remains would be another name. */
const NOT_IN_A_NAME = /[\s\p{Cc}/?#\\@:]/u;

/** A domain name: lower-case, IDNA, without its trailing dot. Underscores are names too. */
export function canonicalDomain(raw: string): Result<string, ErrorDetail> {
  const name = raw.replace(/[.。．｡]$/u, "");
  if (NOT_IN_A_NAME.test(name)) return notAName(raw);
  if (name.includes("*")) {
    const remedy = "Leave the wildcard out: an entry of type domain covers its subdomains";
    return refuse("domain", raw, "wildcards are not part of a name", remedy);
  }
  if (isIP(name) !== 0) return refuse("domain", raw, "it is an IP address", "Add it as an address");
  const ascii = domainToASCII(name);
  if (ascii === "" || ascii.length > 253 || isIP(ascii) !== 0) return notAName(raw);
  const labels = ascii.split(".");
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? ""))
    return notAName(raw);
  return ok(ascii);
}

function notAName(raw: string) {
  const remedy =
    "Write it as evil.example: letters, digits and hyphens, labels of at most 63 characters";
  return refuse("domain", raw, "it is not a domain name", remedy);
}

/** The host of a URL: a name, an IPv4 address, or an IPv6 address in brackets. */
export function canonicalHost(raw: string): Result<string, ErrorDetail> {
  const bracketed = /^\[(.*)\]$/.exec(raw)?.[1];
  const bytes = parseAddress(bracketed ?? raw);
  if (bytes === undefined) {
    return bracketed === undefined
      ? canonicalDomain(raw)
      : refuse("host", raw, "it is not an IPv6 address", "Write it as [2001:db8::1]");
  }
  return ok(bytes.length === 4 ? formatAddress(bytes) : `[${formatAddress(bytes)}]`);
}
