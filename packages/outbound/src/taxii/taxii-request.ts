import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { fetchFrom } from "../fetch-from.ts";
import { OutboundError } from "../outbound-error.ts";
import type { OutboundRequest, OutboundResponse } from "../outbound-request.ts";
import type { Surroundings } from "../resolve-target.ts";

/** How a TAXII server is reached; `maxBytes` and time limits hold for each of its answers. */
export type TaxiiSettings = Omit<
  OutboundRequest,
  "url" | "method" | "headers" | "body" | "etag" | "lastModified"
>;

/** What tests replace: network and waiting. */
export type TaxiiSurroundings = Partial<Surroundings> & {
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

const MEDIA_TYPE = "application/taxii+json;version=2.1";
const RETRIES = 5;
/** When a busy server does not say how long, and the longest that it may say. */
const DEFAULT_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;

/**
 * One GET of TAXII 2.1, with its answer's headers. Waits as long as a server that limits requests
 * asks for (429, 503), a few times.
 */
export async function taxiiGet<T>(
  url: string,
  schema: z.ZodType<T>,
  settings: TaxiiSettings,
  surroundings: TaxiiSurroundings,
): Promise<{ value: T; headers: OutboundResponse["headers"]; url: string }> {
  const request = { ...settings, url, headers: { accept: MEDIA_TYPE } };
  const wait = surroundings.wait ?? pause;
  for (let attempt = 1; ; attempt++) {
    const response = await fetchFrom(request, surroundings);
    const busy = response.status === 429 || response.status === 503;
    if (busy && attempt <= RETRIES) {
      await giveUp(response);
      await wait(waitingTime(response.headers["retry-after"], Date.now()), settings.signal);
      continue;
    }
    if (response.status !== 200) {
      await giveUp(response);
      throw refusal(response.status, new URL(url).host);
    }
    const value = await valueOf(response, schema);
    return { value, headers: response.headers, url: response.finalUrl };
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}

async function giveUp(response: OutboundResponse): Promise<void> {
  // Starting the iteration is what makes ending it close the connection.
  for await (const chunk of response.body) if (chunk.length >= 0) break;
}

/** Seconds, or the date until which to wait (RFC 9110 section 10.2.3). */
function waitingTime(retryAfter: string | undefined, now: number): number {
  const text = retryAfter?.trim() ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? DEFAULT_WAIT_MS : Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}

async function valueOf<T>(response: OutboundResponse, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const parsed = schema.safeParse(parseJson(Buffer.concat(chunks).toString("utf8")));
  if (parsed.success) return parsed.data;
  const message = `${new URL(response.finalUrl).host}: the answer is not TAXII 2.1`;
  throw new OutboundError("BadAnswer", message, "Check that the address is a TAXII 2.1 server's");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, host: string): OutboundError {
  const [what, remedy] = refusalText(status);
  return new OutboundError("Refused", `${host}: ${what} (status ${status})`, remedy);
}

function refusalText(status: number): readonly [string, string] {
  switch (status) {
    case 401:
      return ["the credentials are refused", "Check user name and password, or the token"];
    case 403:
      return ["these credentials may not read it", "Have the collection opened for them"];
    case 404:
      return ["there is no such collection or page", "Check the address, API root and collection"];
    case 406:
    case 415:
      return ["it does not speak TAXII 2.1", "Use the address of its TAXII 2.1 interface"];
    case 429:
    case 503:
      return ["it stays busy", "Fetch less often"];
    default:
      return ["it answers with an error", "Try again later, or ask its operator"];
  }
}
