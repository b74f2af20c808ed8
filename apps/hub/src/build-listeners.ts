import type { ServerCredentials } from "@breakwater/pki";
import type { HttpApp } from "@breakwater/platform";
import type { HubContext } from "./context.ts";
import { createEnrolmentPort } from "./enrollment/index.ts";
import { createProductListener, type ProductListener } from "./product-listener.ts";
import { registerProductRoutes, registerWebRoutes } from "./routes.ts";
import { HUB_VERSION } from "./version.ts";
import { createWebListener } from "./web-listener.ts";

/** The product listener with all its routes, not yet listening. */
export async function buildProductListener(
  context: HubContext,
  credentials: ServerCredentials,
): Promise<ProductListener> {
  const { ca, db, clock, log, certificates, presence } = context;
  const listener = await createProductListener({
    ca,
    credentials,
    clock,
    log,
    version: HUB_VERSION,
    lookup: (identity, fingerprint) => certificates.status(identity, fingerprint),
    port: createEnrolmentPort({
      db,
      clock,
      trustDomain: ca.trustDomain,
      reloadCertificates: () => certificates.reload(),
      audit: context.accounts.audit,
    }),
    onRequest: (product, fingerprint) => {
      presence.note(product);
      certificates.noteUse(fingerprint);
    },
  });
  registerProductRoutes(listener, context);
  return listener;
}

/** The web listener with all its routes, not yet listening. `credentials`: serve HTTPS with them. */
export async function buildWebListener(
  context: HubContext,
  products: { listener: ProductListener; url: string },
  credentials?: ServerCredentials,
): Promise<HttpApp> {
  const app = await createWebListener({
    log: context.log,
    version: HUB_VERSION,
    authenticate: context.accounts.authenticate,
    credentials,
  });
  registerWebRoutes(app, context, products);
  return app;
}
