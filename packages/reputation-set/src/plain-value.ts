import { isIPv4 } from "node:net";
import type { EntryType } from "@breakwater/protocol";

const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
/** Lower case, at least two labels, the last of which begins with a letter: no address in disguise. */
const NAME = new RegExp(`^(?:${LABEL}\\.)+[a-z](?:[a-z0-9_-]{0,61}[a-z0-9_])?$`);
const HEX = /^[0-9a-f]+$/;
const LONGEST_NAME = 253;

/**
 * The type of a value that is recognised at a glance and is its own canonical value: dotted IPv4,
 * lower-case names without punycode, lower-case hashes. Nearly all rows of large lists are such;
 * everything else takes the long way, with the same result.
 */
export function plainValueType(raw: string): EntryType | undefined {
  if (isIPv4(raw)) return "ipv4";
  const hash = hashOfLength(raw.length);
  if (hash !== undefined && HEX.test(raw)) return hash;
  if (raw.length > LONGEST_NAME || raw.includes("xn--")) return undefined;
  return NAME.test(raw) ? "domain" : undefined;
}

function hashOfLength(length: number): "md5" | "sha1" | "sha256" | undefined {
  switch (length) {
    case 32:
      return "md5";
    case 40:
      return "sha1";
    case 64:
      return "sha256";
    default:
      return undefined;
  }
}
