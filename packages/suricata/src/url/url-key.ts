import { domainToASCII } from "node:url";
import { invalidField } from "@breakwater/protocol";
import { parseAddress } from "../data-plane/ip-address.ts";
import { normalizePath, normalizeQuery } from "./normalize-path.ts";

const DEFAULT_PORTS = new Set(["80", "443"]);
/** Host in lower case, and a path and query in which nothing is to be normalised: a million of them must be quick. */
const PLAIN =
  /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/(?!\/)(?!\.)(?:(?:\/(?![./])|[\w!$&'()*+,;=:@~.-]))*(?:\?[\w!$&'()*+,;=:@~./?-]+)?$/;
const PARTS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/is;
const AUTHORITY = /^(?:.*@)?(\[[^\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/s;

/**
 * The bytes under which an entry's URL stands in the engine's table: host (lower case,
 * without trailing dots; IPv6 as 32 hexadecimal digits in brackets), the port unless it
 * is 80 or 443, path and query as the engine's script normalises them.
 *
 * An entry without port covers every port, one without query every query. The scheme and
 * the fragment do not count.
 * @throws AppError `InvalidRequest` for text that has no host.
 */
export function urlKey(url: string): Buffer {
  return PLAIN.test(url) ? Buffer.from(url, "latin1") : normalizedKey(url);
}

/** The general case; exported for the test that both ways agree. */
export function normalizedKey(url: string): Buffer {
  const [, authority = "", path = "", query] = PARTS.exec(url.trim()) ?? [];
  const [, host = "", port = ""] = AUTHORITY.exec(authority) ?? [];
  const hostKey = hostToKey(host);
  if (hostKey === undefined || hostKey === "" || Number(port) > 65_535) {
    throw invalidField(
      "url",
      url,
      "has no valid host",
      "Write it as host/path or http://host/path",
    );
  }
  const portKey = port === "" || DEFAULT_PORTS.has(port) ? "" : `:${Number(port)}`;
  const bytes = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  const queryKey = query === undefined || query === "" ? "" : `?${normalizeQuery(bytes(query))}`;
  return Buffer.from(`${hostKey}${portKey}${normalizePath(bytes(path))}${queryKey}`, "latin1");
}

function hostToKey(host: string): string | undefined {
  if (host.startsWith("[")) {
    const bytes = parseAddress(host.slice(1, -1));
    return bytes?.length === 16 ? `[${Buffer.from(bytes).toString("hex")}]` : undefined;
  }
  const name = host.replace(/\.+$/, "").toLowerCase();
  // Only names beyond ASCII need encoding; the rest is compared as it is sent.
  return /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name);
}
