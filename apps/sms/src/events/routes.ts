import type { HttpApp } from "@breakwater/platform";
import { AppError, eventsApi } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { decodeEventCursor, encodeEventCursor } from "./event-cursor.ts";
import { countEvents, findEvent, searchEvents } from "./store.ts";

/** Counting stops here. */
const MOST_COUNTED = 10_000;

export function registerEvents(app: HttpApp, { db }: { db: Db }): void {
  app.route(eventsApi, "GET /api/v1/events", async ({ query }) => {
    const { cursor, limit, ...filter } = query;
    const found = await searchEvents(db, filter, decodeEventCursor(cursor), limit + 1);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const total = await countEvents(db, filter, MOST_COUNTED + 1);
    return {
      items,
      ...(last === undefined
        ? {}
        : { nextCursor: encodeEventCursor({ time: new Date(last.time), id: Number(last.id) }) }),
      total: { value: Math.min(total, MOST_COUNTED), exact: total <= MOST_COUNTED },
    };
  });

  app.route(eventsApi, "GET /api/v1/events/{id}", async ({ params }) => {
    const event = /^\d{1,15}$/.test(params.id) ? await findEvent(db, Number(params.id)) : undefined;
    if (event === undefined) throw new AppError("NotFound", "There is no such event.");
    return event;
  });
}
