import { fetchFrom, type OutboundResponse } from "@breakwater/outbound";
import { AppError, type ByteStream } from "@breakwater/protocol";
import { z } from "zod";
import { checkStatus } from "./check-status.ts";
import type { FeedRequest } from "./feed-request.ts";
import type { StoredSettings } from "./stored-settings.ts";

/** Events by UUID; the file of each is beside the manifest. */
const Manifest = z.record(z.uuid(), z.unknown());
const MOST_EVENTS = 100_000;
/** What the reader of one event takes. */
const LARGEST_EVENT = 64 * 1024 ** 2;

/** Whether a feed is a folder with a manifest, as MISP publishes them. */
export function isMispFolder({ format, url }: Pick<StoredSettings, "format" | "url">): boolean {
  return format.format === "misp" && /\/(?:manifest\.json)?$/.test(new URL(url).pathname);
}

/** Every event of a folder, one a line. */
export async function* mispFolder(
  manifest: OutboundResponse,
  url: string,
  request: FeedRequest,
): ByteStream {
  for (const uuid of await eventsOf(manifest)) {
    const response = await fetchFrom({
      ...request,
      maxBytes: LARGEST_EVENT,
      url: new URL(`${uuid}.json`, url).href,
    });
    await checkStatus(response);
    yield Buffer.from(`${JSON.stringify(await jsonOf(response))}\n`);
  }
}

export async function eventsOf(manifest: OutboundResponse): Promise<string[]> {
  const known = Manifest.safeParse(await jsonOf(manifest));
  const host = new URL(manifest.finalUrl).host;
  if (!known.success) throw noManifest(`${host}: the manifest is none of MISP`);
  const events = Object.keys(known.data).toSorted();
  if (events.length > MOST_EVENTS) {
    throw noManifest(`${host}: the manifest has more than ${MOST_EVENTS} events`);
  }
  return events;
}

async function jsonOf({ body, finalUrl }: OutboundResponse): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw noManifest(`${new URL(finalUrl).pathname} is no JSON`);
  }
}

function noManifest(message: string): AppError {
  const remedy = "Check the address: a folder with manifest.json and one file for each event";
  return new AppError("Unprocessable", message, { details: [{ reason: message, remedy }] });
}
