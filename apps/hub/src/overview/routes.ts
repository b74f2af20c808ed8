import type { Clock, HttpApp } from "@breakwater/platform";
import {
  HUB_CONSOLE_PATHS,
  HubObjectType,
  type HubOverview,
  hubApi,
  type ProductId,
} from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import { isConnected, listProducts } from "../products/index.ts";
import { readHours } from "../search/index.ts";
import { type ObjectFeed, type ObjectLimits, readCounts } from "../suspicious-objects/index.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXPIRY_WARNING_MS = 14 * DAY_MS;

export type OverviewContext = {
  db: HubDb;
  clock: Clock;
  feed: ObjectFeed;
  limits: ObjectLimits;
  streaming: () => ReadonlySet<ProductId>;
};

type Products = Awaited<ReturnType<typeof listProducts>>;
type Attention = HubOverview["attention"];

export function registerOverview(app: HttpApp, context: OverviewContext): void {
  app.route(hubApi, "GET /hub/v1/overview", async () => readOverview(context));
}

async function readOverview(context: OverviewContext): Promise<HubOverview> {
  const { db, clock, feed, limits } = context;
  const now = clock.now();
  const [counts, all, hourly] = [
    await readCounts(db),
    await listProducts(db),
    await readHourly(db, now),
  ];
  const byType = Object.fromEntries(HubObjectType.options.map((type) => [type, 0]));
  for (const { type, count } of counts) byType[type] = (byType[type] ?? 0) + count;
  const products = all.filter(({ onboarding }) => onboarding);
  const connected = products.filter((product) => isConnected(context, product));
  const { epoch, revision } = feed.position;
  const inSync = connected.filter(
    (one) => one.syncedEpoch === epoch && one.syncedRevision >= revision,
  );
  return {
    objects: {
      total: Object.values(byType).reduce((sum, count) => sum + count, 0),
      byType,
      limitPerType: limits.UDSO,
    },
    products: {
      total: products.length,
      connected: connected.length,
      inSync: inSync.length,
    },
    detections24h: hourly.reduce((sum, { count }) => sum + count, 0),
    hourly,
    attention: [
      ...productAttention(context, products, now),
      ...limitAttention(byType, limits.UDSO),
    ],
  };
}

/** The last 24 hours, oldest first, with zeros. */
async function readHourly(db: HubDb, now: Date): Promise<HubOverview["hourly"]> {
  const first = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  const rows = await readHours(db, new Date(first));
  const counts = new Map(rows.map(({ hour, count }) => [hour.getTime(), count]));
  return Array.from({ length: 24 }, (_, i) => {
    const hour = first + i * HOUR_MS;
    return { hour: new Date(hour).toISOString(), count: counts.get(hour) ?? 0 };
  });
}

function productAttention(context: OverviewContext, products: Products, now: Date): Attention {
  return products.flatMap((product): Attention => {
    const path = HUB_CONSOLE_PATHS.products;
    const left = (product.certificateExpires?.getTime() ?? 0) - now.getTime();
    if (!isConnected(context, product)) {
      const since = product.lastSeen?.toISOString() ?? "its enrolment";
      const message = `${product.name} has not been heard of since ${since}.`;
      return [{ severity: "critical", message, path }];
    }
    if (left < EXPIRY_WARNING_MS) {
      const days = Math.max(0, Math.floor(left / DAY_MS));
      const message = `The certificate of ${product.name} expires in ${days} days and was not renewed.`;
      return [{ severity: "warning", message, path }];
    }
    const failing = product.streams.filter(({ state }) => state === "failing");
    return failing.map(({ name, lastError }) => ({
      severity: "warning" as const,
      message: `${product.name}: ${name} is failing. ${lastError?.message ?? ""}`.trim(),
      path,
    }));
  });
}

function limitAttention(byType: Readonly<Record<string, number>>, limit: number): Attention {
  return Object.entries(byType)
    .filter(([, count]) => count >= limit * 0.9)
    .map(([type, count]) => ({
      severity: "warning",
      message: `The list holds ${count} of ${limit} objects of type ${type}.`,
      path: HUB_CONSOLE_PATHS.suspiciousObjects,
    }));
}
