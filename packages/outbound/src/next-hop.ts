import type { Hop } from "./exchange.ts";
import { OutboundError } from "./outbound-error.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All that another origin is told about us and our request. */
const FOR_ANYBODY = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/** Where an answer sends us, as an absolute URL; undefined when it does not. */
export function redirectTarget(
  status: number,
  location: string | undefined,
  from: URL,
): string | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) {
    const message = `${from.host} redirects to what is no URL`;
    throw new OutboundError("Redirect", message, "Give the address that it means");
  }
  return new URL(location, from).href;
}

/**
 * The request after a redirect (RFC 9110 section 15.4). Nothing secret goes to another origin, and
 * https is never given up.
 */
export function nextHop(hop: Hop, status: number, url: URL): Hop {
  if (hop.url.protocol === "https:" && url.protocol !== "https:") {
    const message = `${hop.url.host} redirects from https to http`;
    throw new OutboundError("Redirect", message, "Give an https address, or have it corrected");
  }
  const keepsMethod = status === 307 || status === 308 || /^(?:GET|HEAD)$/.test(hop.method);
  const body = keepsMethod ? hop.body : undefined;
  const sameOrigin = url.origin === hop.url.origin;
  if (body !== undefined && !sameOrigin) {
    const message = `${hop.url.host} redirects what we send to ${url.host}`;
    throw new OutboundError("Redirect", message, "Give the final address yourself");
  }
  return {
    url,
    method: keepsMethod ? hop.method : "GET",
    headers: sameOrigin ? hop.headers : forAnybody(hop.headers),
    body,
  };
}

function forAnybody(headers: Hop["headers"]): Hop["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => FOR_ANYBODY.has(name)));
}
