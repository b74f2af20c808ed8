import type { IncomingMessage } from "node:http";
import { checkUrl } from "./check-url.ts";
import { exchange, type Hop } from "./exchange.ts";
import { nextHop, redirectTarget } from "./next-hop.ts";
import { OutboundError } from "./outbound-error.ts";
import type { OutboundRequest, OutboundResponse } from "./outbound-request.ts";
import { Patience } from "./patience.ts";
import { requestHeaders } from "./request-headers.ts";
import { hostOf, REAL_SURROUNDINGS, type Surroundings } from "./resolve-target.ts";
import { responseBody, tooLarge } from "./response-body.ts";

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * Requests a URL that people configured. Only public addresses unless `allowPrivate`; checked before
 * and after connecting, and again for each redirect. Through a proxy, names are the proxy's to
 * resolve: there only addresses and names of this machine are refused. Any status is an answer;
 * throws an {@link OutboundError}, or the reason of the signal.
 */
export async function fetchFrom(
  request: OutboundRequest,
  surroundings: Partial<Surroundings> = {},
): Promise<OutboundResponse> {
  const around = { ...REAL_SURROUNDINGS, ...surroundings };
  const ports = request.ports ?? (request.allowPrivate ? "any" : undefined);
  let hop = firstHop(request, checkUrl(request.url, ports));
  const patience = new Patience({
    host: hostOf(hop.url),
    timeoutMs: request.timeoutMs,
    totalMs: request.totalTimeoutMs ?? request.timeoutMs * 10,
    signal: request.signal,
  });
  for (let left = request.redirects ?? 3; ; left--) {
    const response = await exchange(hop, request, patience, around);
    const target = targetOf(response, hop.url);
    if (target === undefined) return answer(response, hop, request, patience);
    response.destroy();
    if (left <= 0) throw tooManyRedirects(hop.url);
    hop = nextHop(hop, response.statusCode ?? 0, checkUrl(target, ports));
  }
}

function firstHop(request: OutboundRequest, url: URL): Hop {
  const method = request.method ?? "GET";
  return { url, method, headers: requestHeaders(request), body: request.body };
}

function targetOf(response: IncomingMessage, from: URL): string | undefined {
  try {
    return redirectTarget(response.statusCode ?? 0, response.headers.location, from);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function tooManyRedirects(url: URL): OutboundError {
  const message = `${url.host} redirects once too often`;
  return new OutboundError("Redirect", message, "Give the final address yourself");
}

function answer(
  response: IncomingMessage,
  hop: Hop,
  request: OutboundRequest,
  patience: Patience,
): OutboundResponse {
  const status = response.statusCode ?? 0;
  const host = hostOf(hop.url);
  const { maxBytes } = request;
  const empty = WITHOUT_BODY.has(status) || hop.method === "HEAD";
  if (empty) response.destroy();
  else if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
    response.destroy();
    throw tooLarge(host, maxBytes);
  }
  return {
    status,
    headers: headersOf(response),
    body: empty ? nothing() : responseBody(response, { host, maxBytes, patience }),
    finalUrl: hop.url.href,
    etag: response.headers.etag ?? null,
    lastModified: response.headers["last-modified"] ?? null,
  };
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const entries = Object.entries(response.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

async function* nothing(): AsyncGenerator<Buffer> {}
