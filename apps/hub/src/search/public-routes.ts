import type { Clock, HttpApp } from "@breakwater/platform";
import { invalidField } from "@breakwater/protocol";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { HubDb } from "../database.ts";
import {
  headerOf,
  type LooseQuery,
  nextLink,
  pageSize,
  type Request,
} from "../vision-one/paging.ts";
import { fromPublicTime, toPublicTime } from "../vision-one/timestamps.ts";
import { visionOneApi } from "../vision-one/vision-one-api.ts";
import { compileQuery } from "./compile-query.ts";
import {
  countDetections,
  type DetectionSearch,
  type StoredDetection,
  searchDetections,
  type Window,
} from "./store.ts";

const DAY_MS = 86_400_000;
const MOST_PER_PAGE = 5000;
/** The last millisecond of the year 9999. */
const MAX_TIME = 253_402_300_799_999;

export type PublicSearchContext = { db: HubDb; clock: Clock; publicUrl: string | undefined };

/** `/v3.0/search/detections` as clients of Vision One know it. */
export function registerPublicSearch(app: HttpApp, context: PublicSearchContext): void {
  app.route(visionOneApi, "GET /v3.0/search/detections", async ({ query, request }) => {
    const where = compileQuery(headerOf(request, "tmv1-query"), "TMV1-Query");
    const window = readWindow(query, context.clock.now());
    switch (readMode(query.mode)) {
      case "countOnly": {
        const total = await countDetections(context.db, window, where, Number.MAX_SAFE_INTEGER - 1);
        return { totalCount: total.value };
      }
      case "default":
      case "performance":
        return await readPage(context, request, { query, where, window });
    }
  });
}

type SearchQuery = LooseQuery<
  "startDateTime" | "endDateTime" | "top" | "mode" | "select" | "skipToken"
>;

const SkipToken = z.tuple([z.number().int().min(0).max(MAX_TIME), z.number().int()]);

async function readPage(
  context: PublicSearchContext,
  request: Request,
  { query, where, window }: { query: SearchQuery } & Pick<DetectionSearch, "where" | "window">,
): Promise<Record<string, unknown>> {
  const limit = pageSize(query.top, MOST_PER_PAGE);
  const token = query.skipToken;
  const start = token === undefined ? undefined : decodeCursor(token, SkipToken, "skipToken");
  const after = start === undefined ? undefined : { rt: new Date(start[0]), id: start[1] };
  const search = { window, where, after, limit: limit + 1 };
  const rows = await searchDetections(context.db, search);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const select = readSelect(query.select);
  const answer = {
    progressRate: 100,
    items: page.map((row) => selected(toPublicItem(row), select)),
  };
  if (last === undefined) return answer;
  const next = encodeCursor([last.rt.getTime(), last.id]);
  // The window is fixed with the first page: "now" must not move from page to page.
  const fixed = {
    startDateTime: window.start.toISOString(),
    endDateTime: window.end.toISOString(),
  };
  return {
    ...answer,
    nextLink: nextLink(request, context.publicUrl, { ...fixed, skipToken: next }),
  };
}

function readWindow(query: SearchQuery, now: Date): Window {
  const end = fromPublicTime("endDateTime", query.endDateTime) ?? new Date(now.getTime() + 1);
  const start =
    fromPublicTime("startDateTime", query.startDateTime) ?? new Date(end.getTime() - DAY_MS);
  return { start, end };
}

function readMode(mode: string | undefined): "default" | "countOnly" | "performance" {
  switch (mode?.toLowerCase()) {
    case undefined:
    case "":
    case "default":
      return "default";
    case "countonly":
      return "countOnly";
    case "performance":
      return "performance";
    default:
      throw invalidField(
        "mode",
        mode ?? "",
        "it is not a mode",
        "Use default, countOnly or performance",
      );
  }
}

/** The event with the keys it was shared with, and those that clients of this API look for. */
function toPublicItem({ uuid, rt, product, body }: StoredDetection): Record<string, unknown> {
  return {
    ...body,
    uuid,
    eventName: "DEEP_PACKET_INSPECTION_EVENT",
    eventTime: rt.getTime(),
    eventTimeDT: toPublicTime(rt),
    productCode: "ptp",
    pname: product.name,
    pver: product.version,
    deviceGUID: product.id,
    logKey: uuid,
  };
}

/** Field names to keep, lower case; undefined keeps all, and so does the word `empty`. */
function readSelect(select: string | undefined): ReadonlySet<string> | undefined {
  const names = (select ?? "").split(",").map((name) => name.trim().toLowerCase());
  const known = names.filter((name) => name !== "" && name !== "empty");
  return known.length === 0 ? undefined : new Set(known);
}

function selected(
  item: Record<string, unknown>,
  select: ReadonlySet<string> | undefined,
): Record<string, unknown> {
  if (select === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([key]) => select.has(key.toLowerCase())));
}
