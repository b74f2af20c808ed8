import type { Clock, HttpApp } from "@breakwater/platform";
import { type HubDetection, hubApi } from "@breakwater/protocol";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { HubDb } from "../database.ts";
import { compileQuery } from "./compile-query.ts";
import { countDetections, type StoredDetection, searchDetections } from "./store.ts";

const Cursor = z.object({
  rt: z.number().int().min(0).max(253_402_300_799_999),
  id: z.number().int(),
});
const MOST_COUNTED = 10_000;
/** Before anything this system could have recorded. */
const LONG_AGO = new Date(0);

/** Search for the console: newest first, the whole of what is kept unless told otherwise. */
export function registerDetections(app: HttpApp, { db, clock }: { db: HubDb; clock: Clock }): void {
  app.route(hubApi, "GET /hub/v1/detections", async ({ query }) => {
    const where = compileQuery(query.q, "q");
    const start = query.from === undefined ? LONG_AGO : new Date(query.from);
    // Devices' clocks may run ahead; what they report is shown anyway.
    const end = new Date(query.to ?? clock.now().getTime() + 86_400_000);
    const window = { start, end };
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
    const after = cursor === undefined ? undefined : { rt: new Date(cursor.rt), id: cursor.id };
    const rows = await searchDetections(db, { window, where, after, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(toHubDetection),
      total: await countDetections(db, window, where, MOST_COUNTED),
      ...(last === undefined
        ? {}
        : { nextCursor: encodeCursor({ rt: last.rt.getTime(), id: last.id }) }),
    };
  });
}

function toHubDetection({ uuid, received, product, body }: StoredDetection): HubDetection {
  const { id, name } = product;
  return { ...body, id: uuid, product: { id, name }, received: received.toISOString() };
}
