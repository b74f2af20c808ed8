import type { HttpApp } from "@breakwater/platform";
import {
  type ErrorDetail,
  fail,
  type HubObject,
  type HubObjectOutcome,
  HubObjectType,
  hubApi,
  type NewHubObject,
  ok,
  type Result,
} from "@breakwater/protocol";
import { sql } from "kysely";
import { z } from "zod";
import { cleanText, literalPattern } from "../clean-text.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { canonicalObject, detectObjectType } from "./canonical-object.ts";
import { deleteObjects } from "./delete-objects.ts";
import { auditObjects, type ObjectsContext } from "./objects-context.ts";
import { readFeedChanges } from "./product-routes.ts";
import { saveObjects } from "./save-objects.ts";
import { countObjects, listObjects } from "./store.ts";
import { type Assertion, type StoredObject, toFeedObjects } from "./stored-object.ts";

const DAY_MS = 86_400_000;
const MOST_COUNTED = 100_000;
const Cursor = z.object({
  key: z.iso.datetime({ offset: true }),
  type: z.string(),
  value: z.string(),
});

/** The object list for the console and scripts. */
export function registerObjects(app: HttpApp, context: ObjectsContext): void {
  const { writer, feed } = context;

  app.route(hubApi, "GET /hub/v1/objects", async ({ query }) => {
    const where = sql<boolean>`o.revision > 0
      and ${query.q === undefined ? sql`true` : sql`o.shown ilike ${`%${literalPattern(query.q.trim())}%`}`}
      and ${query.type === undefined ? sql`true` : sql`o.type = ${query.type}`}
      and ${query.riskLevel === undefined ? sql`true` : sql`o.risk_level = ${query.riskLevel}`}
      and ${query.source === undefined ? sql`true` : sql`o.source = ${query.source}`}`;
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, Cursor);
    const rows = await listObjects(writer.db, {
      where,
      order: sql`o.last_modified`,
      descending: true,
      after: cursor === undefined ? undefined : { ...cursor, key: sql`${cursor.key}::timestamptz` },
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1)?.object : undefined;
    const synced = await context.syncedRevisions(feed.position.epoch);
    return {
      items: page.flatMap(({ object }) => toHubObjects(object, synced)),
      total: await countObjects(writer.db, where, MOST_COUNTED),
      ...(last === undefined ? {} : { nextCursor: cursorAfter(last) }),
    };
  });

  app.route(hubApi, "POST /hub/v1/objects", async ({ body, principal, source }) => {
    const now = writer.clock.now();
    const read = body.objects.map((object) => readNewObject(object, now));
    const assertions = read.flatMap((one) => (one.ok ? [one.value] : []));
    const saved = await saveObjects(writer, assertions, (tx, keys) =>
      auditObjects(context, tx, { action: "objects.save", keys, by: { principal, source } }),
    );
    const remaining = saved.values();
    const outcomes = read.map((one, i): z.infer<typeof HubObjectOutcome> => {
      const value = body.objects[i]?.value ?? "";
      if (!one.ok) return { value, outcome: "rejected", ...reasonOf(one.error) };
      const outcome = remaining.next().value;
      if (outcome === undefined || outcome.kind !== "rejected") {
        return { value, outcome: outcome?.kind ?? "added" };
      }
      return { value, outcome: "rejected", reason: outcome.reason, remedy: outcome.remedy };
    });
    return { outcomes };
  });

  app.route(hubApi, "POST /hub/v1/objects/delete", async ({ body, principal, source }) => {
    const keys = body.objects.map(({ type, value }) => {
      const canonical = canonicalObject(type, value);
      return canonical.ok ? canonical.value : { type, value: cleanText(value) };
    });
    const outcomes = await deleteObjects(writer, keys, {
      alongside: (tx, keys) =>
        auditObjects(context, tx, { action: "objects.delete", keys, by: { principal, source } }),
    });
    return { deleted: outcomes.filter((outcome) => outcome === "deleted").length };
  });

  app.route(hubApi, "GET /hub/v1/objects/changes", async ({ query }) =>
    readFeedChanges(writer.db, query.since, query.limit),
  );
}

/** The type may be left out: then the value says what it is. */
function readNewObject(
  input: z.output<typeof NewHubObject>,
  now: Date,
): Result<Assertion, ErrorDetail> {
  const type = input.type ?? detectObjectType(input.value);
  if (type === undefined) {
    return fail({
      field: "value",
      value: input.value.slice(0, 200),
      reason: "it is not an address, domain, URL, SHA-1 or SHA-256",
      remedy: `Correct it, or say its type: ${HubObjectType.options.join(", ")}`,
    });
  }
  const object = canonicalObject(type, input.value);
  if (!object.ok) return object;
  const days = input.daysToExpiration;
  return ok({
    ...object.value,
    source: "UDSO",
    riskLevel: input.riskLevel,
    scanAction: input.scanAction,
    description: cleanText(input.description),
    expires: days === null ? null : new Date(now.getTime() + days * DAY_MS),
  });
}

function reasonOf({ reason, remedy }: ErrorDetail) {
  return { reason, ...(remedy === undefined ? {} : { remedy }) };
}

function toHubObjects(object: StoredObject, synced: readonly number[]): HubObject[] {
  return toFeedObjects(object).map((one) => ({
    ...one,
    products: {
      synced: synced.filter((revision) => revision >= one.revision).length,
      total: synced.length,
    },
  }));
}

function cursorAfter({ lastModified, type, value }: StoredObject): string {
  return encodeCursor({ key: lastModified.toISOString(), type, value });
}
