import { z } from "zod";
import { OutboundError } from "../outbound-error.ts";
import { belowRoot } from "./below-root.ts";
import { type TaxiiSettings, type TaxiiSurroundings, taxiiGet } from "./taxii-request.ts";

/** A server with nothing to say may leave out everything. */
const Envelope = z.looseObject({
  more: z.boolean().catch(false),
  next: z.string().optional().catch(undefined),
  objects: z.array(z.unknown()).catch([]),
});

export type TaxiiPage = {
  /** STIX objects as the server sent them. */
  objects: unknown[];
  /**
   * Where the next fetch starts: give it as `addedAfter` once these objects are stored. `null` when
   * the server has not said.
   */
  addedLast: string | null;
};

export type TaxiiQuery = {
  apiRoot: string;
  collection: string;
  /** Only objects that the server added after this moment (ISO 8601). */
  addedAfter?: string;
  /** Objects in a page; servers may give fewer. */
  limit?: number;
};

type Place = { next: string | undefined; addedAfter: string | undefined };

const MOST_PAGES = 100_000;

/** The objects of a collection, page after page (TAXII 2.1 sections 3.5 and 5.4). */
export async function* taxiiObjects(
  query: TaxiiQuery,
  settings: TaxiiSettings,
  surroundings: TaxiiSurroundings = {},
): AsyncGenerator<TaxiiPage> {
  let place: Place = { next: undefined, addedAfter: query.addedAfter };
  let addedLast: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const address = addressOf(query, place);
    const { value, headers } = await taxiiGet(address, Envelope, settings, surroundings);
    addedLast = headers["x-taxii-date-added-last"] ?? addedLast;
    yield { objects: value.objects, addedLast };
    if (!value.more) return;
    place = placeAfter(place, value.next, addedLast, new URL(address).host);
  }
}

function addressOf(
  { apiRoot, collection, limit }: TaxiiQuery,
  { next, addedAfter }: Place,
): string {
  const url = belowRoot(apiRoot, `collections/${encodeURIComponent(collection)}/objects/`);
  if (addedAfter !== undefined) url.searchParams.set("added_after", addedAfter);
  if (limit !== undefined) url.searchParams.set("limit", String(limit));
  if (next !== undefined) url.searchParams.set("next", next);
  return url.href;
}

/** Servers that give no `next` are asked for what they added after the last object. */
function placeAfter(
  before: Place,
  next: string | undefined,
  addedLast: string | null,
  host: string,
): Place {
  const after: Place =
    next === undefined
      ? { next: undefined, addedAfter: addedLast ?? before.addedAfter }
      : { next, addedAfter: before.addedAfter };
  if (after.next !== before.next || after.addedAfter !== before.addedAfter) return after;
  const message = `${host}: says that there is more, but not where`;
  throw new OutboundError("BadAnswer", message, "Report it to the server's operator");
}
