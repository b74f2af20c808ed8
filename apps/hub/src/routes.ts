import type { HttpApp } from "@breakwater/platform";
import type { HubContext } from "./context.ts";
import { registerTokens } from "./enrollment/index.ts";
import { registerHealthcheck } from "./healthcheck.ts";
import { registerDistribution } from "./object-distribution/index.ts";
import { registerOpenApi } from "./openapi.ts";
import { registerOverview } from "./overview/index.ts";
import type { ProductListener } from "./product-listener.ts";
import {
  type ProductsContext,
  readSyncedRevisions,
  registerProductStatus,
  registerProducts,
} from "./products/index.ts";
import { registerDetections, registerIntake, registerPublicSearch } from "./search/index.ts";
import {
  type ObjectsContext,
  registerObjectFeed,
  registerObjects,
  registerPublicObjects,
} from "./suspicious-objects/index.ts";

/** Everything that products use. */
export function registerProductRoutes(listener: ProductListener, context: HubContext): void {
  const { app } = listener;
  registerObjectFeed(app, context.db, context.feed);
  registerIntake(app, context);
  registerProductStatus(app, productsContext(context, listener));
}

/** Everything that people and clients of the public API use. */
export function registerWebRoutes(
  app: HttpApp,
  context: HubContext,
  products: { listener: ProductListener; url: string },
): void {
  const { db, clock, feed, ca, config } = context;
  const { audit } = context.accounts;
  const { publicUrl } = config.web;
  const objects = objectsContext(context);
  context.accounts.register(app);
  registerHealthcheck(app);
  registerOpenApi(app);
  registerPublicObjects(app, objects);
  registerPublicSearch(app, { db, clock, publicUrl });
  registerObjects(app, objects);
  registerDetections(app, { db, clock });
  registerTokens(app, { db, clock, audit, caPin: ca.pin, productUrl: products.url });
  registerProducts(app, productsContext(context, products.listener));
  const { secrets, distributor } = context;
  registerDistribution(app, { db, clock, audit, secrets, distributor });
  const streaming = () => feed.products;
  registerOverview(app, { db, clock, feed, limits: config.limits, streaming });
}

function objectsContext({ db, writer, feed, accounts, config }: HubContext): ObjectsContext {
  return {
    writer,
    feed,
    audit: accounts.audit,
    syncedRevisions: (epoch) => readSyncedRevisions(db, epoch),
    defaultDays: config.defaultDaysToExpiration,
    publicUrl: config.web.publicUrl,
  };
}

function productsContext(context: HubContext, listener: ProductListener): ProductsContext {
  const { db, clock, accounts, ca, certificates, feed } = context;
  return {
    db,
    clock,
    audit: accounts.audit,
    trustDomain: ca.trustDomain,
    certificates,
    disconnectPeer: listener.disconnect,
    streaming: () => feed.products,
  };
}
