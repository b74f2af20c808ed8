import { fetchFrom, taxiiObjects } from "@breakwater/outbound";
import type { ByteStream } from "@breakwater/protocol";
import { checkStatus } from "./check-status.ts";
import type { FeedRequest } from "./feed-request.ts";
import { isMispFolder, mispFolder } from "./misp-folder.ts";
import type { StoredSettings } from "./stored-settings.ts";

/** What the server knows us to have. */
export type Known = { etag: string | null; lastModified: string | null; addedAfter: string | null };

export type Fetched = {
  body: ByteStream;
  etag: string | null;
  lastModified: string | null;
  /** TAXII: where the next fetch begins; known at the end of the body. */
  addedAfter: () => string | null;
};

const PAGE = 5_000;

/** Asks for what is new since `known`; undefined: nothing is. Throws AppError or OutboundError. */
export async function fetchFeed(
  settings: StoredSettings,
  request: FeedRequest,
  known: Known,
): Promise<Fetched | undefined> {
  if (settings.format.format === "taxii") {
    return fetchTaxii(settings.url, settings.format.collection, request, known);
  }
  const folder = isMispFolder(settings);
  const url = folder ? manifestOf(settings.url) : settings.url;
  const response = await fetchFrom({
    ...request,
    url,
    ...(known.etag === null ? {} : { etag: known.etag }),
    ...(known.lastModified === null ? {} : { lastModified: known.lastModified }),
  });
  if (response.status === 304) return undefined;
  await checkStatus(response);
  const { etag, lastModified } = response;
  const body = folder ? mispFolder(response, url, request) : response.body;
  return { body, etag, lastModified, addedAfter: () => null };
}

function fetchTaxii(
  apiRoot: string,
  collection: string,
  request: FeedRequest,
  { addedAfter }: Known,
): Fetched {
  let last: string | null = null;
  const query = {
    apiRoot,
    collection,
    limit: PAGE,
    ...(addedAfter === null ? {} : { addedAfter }),
  };
  async function* pages() {
    for await (const { objects, addedLast } of taxiiObjects(query, request)) {
      last = addedLast ?? last;
      if (objects.length > 0) yield Buffer.from(`${JSON.stringify(objects)}\n`);
    }
  }
  return { body: pages(), etag: null, lastModified: null, addedAfter: () => last };
}

export function manifestOf(url: string): string {
  return url.endsWith("/") ? new URL("manifest.json", url).href : url;
}
