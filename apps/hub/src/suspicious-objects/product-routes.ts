import { type HttpApp, NdjsonStream } from "@breakwater/platform";
import {
  AppError,
  type FeedPosition,
  FeedPosition as FeedPositionSchema,
  ProductId,
  productApi,
} from "@breakwater/protocol";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { HubDb } from "../database.ts";
import type { ObjectFeed } from "./object-feed.ts";
import { positionOf, readChanges, readFeedState, readLiveAfter } from "./store.ts";
import { StoredType, toFeedChange, toFeedObjects } from "./stored-object.ts";

const Cursor = z.object({
  position: FeedPositionSchema,
  after: z.object({ type: StoredType, value: z.string().max(4096) }),
});

/** The object feed for connected products: push stream, whole list, changes. */
export function registerObjectFeed(app: HttpApp, db: HubDb, feed: ObjectFeed): void {
  app.route(productApi, "GET /product/v1/objects/stream", async ({ query, principal, reply }) => {
    const product = ProductId.parse(principal?.id);
    reply.hijack();
    let leave: () => void = () => undefined;
    const stream = new NdjsonStream(reply.raw, { onClose: () => leave() });
    leave = feed.subscribe(stream, product, query);
    return reply;
  });

  app.route(productApi, "GET /product/v1/objects", async ({ query }) => {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
    const position = cursor?.position ?? positionOf(await readFeedState(db));
    const rows = await readLiveAfter(db, cursor?.after, query.limit + 1);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.flatMap(toFeedObjects),
      position,
      ...(last === undefined
        ? {}
        : {
            nextCursor: encodeCursor({ position, after: { type: last.type, value: last.value } }),
          }),
    };
  });

  app.route(productApi, "GET /product/v1/objects/changes", async ({ query }) =>
    readFeedChanges(db, query.since, query.limit),
  );
}

/** Changes after a revision. Throws StaleVersion when only the whole list can help. */
export async function readFeedChanges(db: HubDb, since: number, limit: number) {
  const { state, objects } = await readChanges(db, since, limit + 1);
  if (since > state.revision || since < state.purgedRevision) throw staleRevision(since, state);
  return {
    changes: objects.slice(0, limit).flatMap(toFeedChange),
    more: objects.length > limit,
    position: positionOf(state),
  };
}

function staleRevision(since: number, state: FeedPosition): AppError {
  return new AppError(
    "StaleVersion",
    `since: changes after revision ${since} are not known here; the list stands at ${state.revision}. Read the whole list.`,
    { details: [{ field: "since", value: String(since), reason: "outside of what is kept" }] },
  );
}
