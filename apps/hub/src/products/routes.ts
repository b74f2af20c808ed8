import type { HttpApp } from "@breakwater/platform";
import {
  AppError,
  hubApi,
  type Product,
  ProductId,
  productApi,
  STREAM_NAMES,
} from "@breakwater/protocol";
import { cleanText } from "../clean-text.ts";
import { disconnectProduct } from "./disconnect-product.ts";
import type { ProductsContext } from "./products-context.ts";
import { findProduct, listProducts, type ProductRecord, saveStatus } from "./store.ts";

/** A product counts as connected this long after it was last heard of. */
export const CONNECTED_MS = 25_000;

/** The Product Instance page. */
export function registerProducts(app: HttpApp, context: ProductsContext): void {
  const { db } = context;

  app.route(hubApi, "GET /hub/v1/products", async () => ({
    items: (await listProducts(db)).map((record) => toProduct(context, record)),
  }));

  app.route(
    hubApi,
    "POST /hub/v1/products/{id}/disconnect",
    async ({ params, principal, source }) => {
      await disconnectProduct(context, params.id, { principal, source });
      const record = await findProduct(db, params.id);
      if (record === undefined) throw new AppError("NotFound", "id: the product is gone.");
      return toProduct(context, record);
    },
  );
}

/** What a connected product says about itself. */
export function registerProductStatus(app: HttpApp, context: ProductsContext): void {
  const { db, clock } = context;

  app.route(productApi, "POST /product/v1/status", async ({ body, principal }) => {
    const now = clock.now();
    const clean = {
      ...body,
      name: cleanText(body.name),
      version: cleanText(body.version),
      streams: body.streams.map((stream) => ({
        ...stream,
        lastError:
          stream.lastError === null
            ? null
            : { ...stream.lastError, message: cleanText(stream.lastError.message) },
      })),
    };
    await saveStatus(db, ProductId.parse(principal?.id), clean, now);
    return { time: now.toISOString() };
  });

  app.route(productApi, "POST /product/v1/disconnect", async ({ principal, source, reply }) => {
    const id = ProductId.parse(principal?.id);
    // The answer leaves on the connection that is about to end.
    const { disconnectPeer } = context;
    const afterAnswer = (identity: Parameters<typeof disconnectPeer>[0]) => {
      reply.raw.once("finish", () => setTimeout(() => disconnectPeer(identity), 200).unref());
    };
    await disconnectProduct({ ...context, disconnectPeer: afterAnswer }, id, { principal, source });
    return undefined;
  });
}

export function toProduct(context: ProductsContext, record: ProductRecord): Product {
  const { id, name, version, onboarding, devices, streams } = record;
  return {
    id,
    name,
    version,
    onboarding,
    connected: isConnected(context, record),
    enrolled: record.enrolled.toISOString(),
    lastSeen: record.lastSeen?.toISOString() ?? null,
    certificateExpires: (record.certificateExpires ?? record.enrolled).toISOString(),
    devices,
    syncedRevision: record.syncedRevision,
    streams: STREAM_NAMES.map(
      (stream) =>
        streams.find((one) => one.name === stream) ?? {
          name: stream,
          state: onboarding ? "disabled" : "out-of-sync",
          lastSuccess: null,
          lastError: null,
          lagSeconds: null,
          path: "direct",
        },
    ),
  };
}

/** Its stream is open here, or it was heard of lately (by any process). */
export function isConnected(
  { clock, streaming }: Pick<ProductsContext, "clock" | "streaming">,
  record: ProductRecord,
): boolean {
  if (!record.onboarding) return false;
  const silence = clock.now().getTime() - (record.lastSeen?.getTime() ?? 0);
  return streaming().has(record.id) || silence < CONNECTED_MS;
}
