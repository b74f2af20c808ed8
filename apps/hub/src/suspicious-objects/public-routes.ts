import type { HttpApp } from "@breakwater/platform";
import { invalidField } from "@breakwater/protocol";
import { sql } from "kysely";
import { z } from "zod";
import { cleanText } from "../clean-text.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { type BatchItem, refusedItem } from "../vision-one/error-body.ts";
import { headerOf, type LooseQuery, nextLink, pageSize } from "../vision-one/paging.ts";
import { FAR_FUTURE, fromPublicTime, toPublicTime } from "../vision-one/timestamps.ts";
import { visionOneApi } from "../vision-one/vision-one-api.ts";
import { deleteObjects } from "./delete-objects.ts";
import { auditObjects, type ObjectsContext } from "./objects-context.ts";
import { compileObjectFilter } from "./public-filter.ts";
import { readItem, readKey } from "./public-item.ts";
import { saveObjects } from "./save-objects.ts";
import { type Listing, listObjects } from "./store.ts";
import type { StoredObject } from "./stored-object.ts";

const MOST_PER_PAGE = 200;

/** `/v3.0/threatintel/suspiciousObjects` as clients of Vision One know it. */
export function registerPublicObjects(app: HttpApp, context: ObjectsContext): void {
  const { db, clock } = context.writer;

  app.route(visionOneApi, "GET /v3.0/threatintel/suspiciousObjects", async ({ query, request }) => {
    const limit = pageSize(query.top, MOST_PER_PAGE);
    const filter = headerOf(request, "tmv1-filter");
    const rows = await listObjects(db, { ...readListing(query, filter), limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const items = page.map(({ object }) => toPublicObject(object));
    if (last === undefined) return { items };
    const skipToken = encodeCursor([last.key, last.object.type, last.object.value]);
    return { items, nextLink: nextLink(request, context.publicUrl, { skipToken }) };
  });

  app.route(
    visionOneApi,
    "POST /v3.0/threatintel/suspiciousObjects",
    async ({ body, principal, source }) => {
      const defaults = { now: clock.now(), days: context.defaultDays };
      const read = body.map((item) => readItem(item, defaults));
      const assertions = read.flatMap((item) => (item.ok ? [item.value] : []));
      const outcomes = await saveObjects(context.writer, assertions, (tx, keys) =>
        auditObjects(context, tx, { action: "objects.save", keys, by: { principal, source } }),
      );
      const remaining = outcomes.values();
      return read.map((item): BatchItem => {
        if (!item.ok) return refusedItem(400, "BadRequest", item.error);
        const outcome = remaining.next().value;
        if (outcome?.kind !== "rejected") return { status: 201 };
        return refusedItem(400, "BadRequest", `${outcome.reason} ${outcome.remedy}`);
      });
    },
  );

  app.route(
    visionOneApi,
    "POST /v3.0/threatintel/suspiciousObjects/delete",
    async ({ body, principal, source }) => {
      const read = body.map(readKey);
      const keys = read.flatMap((item) => (item.ok ? [item.value] : []));
      const outcomes = await deleteObjects(context.writer, keys, {
        alongside: (tx, keys) =>
          auditObjects(context, tx, { action: "objects.delete", keys, by: { principal, source } }),
      });
      const remaining = outcomes.values();
      return read.map((item): BatchItem => {
        if (!item.ok) return refusedItem(400, "BadRequest", item.error);
        if (remaining.next().value === "deleted") return { status: 204 };
        return refusedItem(404, "NotFound", "Not found");
      });
    },
  );
}

const ORDERS = {
  risklevel: {
    order: sql`case o.risk_level when 'High' then 3 when 'Medium' then 2 else 1 end`,
    from: (key: string) => sql`${Number.parseInt(key, 10) || 0}::integer`,
  },
  lastmodifieddatetime: {
    order: sql`o.last_modified`,
    from: timeKey,
  },
  expireddatetime: {
    order: sql`coalesce(o.expires, 'infinity')`,
    from: timeKey,
  },
} as const;

/** The database's own text of a time, checked because the token comes back from outside. */
function timeKey(key: string) {
  return sql`${Number.isNaN(Date.parse(key)) ? "infinity" : key}::timestamptz`;
}

type ListQuery = LooseQuery<"orderBy" | "startDateTime" | "endDateTime" | "top" | "skipToken">;

const SkipToken = z.tuple([z.string().max(64), z.string().max(32), z.string().max(4096)]);

function readListing(query: ListQuery, filter: string | undefined): Omit<Listing, "limit"> {
  const [order, descending] = readOrder(query.orderBy);
  const start = fromPublicTime("startDateTime", query.startDateTime);
  const end = fromPublicTime("endDateTime", query.endDateTime);
  const token = query.skipToken;
  const [key, type, value] = token === undefined ? [] : decodeCursor(token, SkipToken, "skipToken");
  return {
    where: sql<boolean>`${compileObjectFilter(filter)}
      and ${start === undefined ? sql`true` : sql`o.last_modified >= ${start}`}
      and ${end === undefined ? sql`true` : sql`o.last_modified < ${secondAfter(end)}`}`,
    order: order.order,
    descending,
    after:
      key === undefined || type === undefined || value === undefined
        ? undefined
        : { key: order.from(key), type: cleanText(type), value: cleanText(value) },
  };
}

function readOrder(orderBy: string | undefined): [(typeof ORDERS)[keyof typeof ORDERS], boolean] {
  if (orderBy === undefined || orderBy === "") return [ORDERS.lastmodifieddatetime, true];
  const [field = "", direction = "asc", ...rest] = orderBy
    .trim()
    .toLowerCase()
    .split(/[\s+]+/);
  const isDirection = direction === "asc" || direction === "desc";
  if (!isOrder(field) || !isDirection || rest.length > 0) {
    throw invalidField(
      "orderBy",
      orderBy,
      "it is not an order",
      "Use riskLevel, lastModifiedDateTime or expiredDateTime, then asc or desc",
    );
  }
  return [ORDERS[field], direction === "desc"];
}

/** Clients see whole seconds, so the last second belongs to the window. */
function secondAfter(end: Date): Date {
  return new Date(end.getTime() + 1000);
}

function isOrder(field: string): field is keyof typeof ORDERS {
  return Object.hasOwn(ORDERS, field);
}

function toPublicObject(object: StoredObject): Record<string, unknown> {
  return {
    type: object.type,
    [object.type]: object.shown,
    description: object.description,
    scanAction: object.scanAction,
    riskLevel: object.riskLevel.toLowerCase(),
    inExceptionList: false,
    lastModifiedDateTime: toPublicTime(object.lastModified),
    expiredDateTime: object.expires === null ? FAR_FUTURE : toPublicTime(object.expires),
  };
}
