import { createLog, type HttpApp, systemClock } from "@breakwater/platform";
import type { ServerCredentials } from "@breakwater/pki";
import { HubConfig, type HubConfigInput, isLoopback } from "./config.ts";
import { type HubContext, type HubRuntime, openContext } from "./context.ts";
import { createEnrolmentPort } from "./enrollment/index.ts";
import { createProductListener, type ProductListener } from "./product-listener.ts";
import { productUrl, registerProductRoutes, registerWebRoutes } from "./routes.ts";
import { certificateNames, keepServerCertificate } from "./server-certificates.ts";
import { addConsole, createWebListener, webTlsOptions } from "./web-listener.ts";

export const HUB_VERSION = "0.1.0";

export type Hub = {
  urls: {
    /** Console and public API. */
    web: string;
    /** Enrolment and product API. */
    product: string;
  };
  /** Credentials made at the very first start, to be changed at first login; shown once, stored nowhere. */
  firstAdministrator: { name: string; password: string } | null;
  close: () => Promise<void>;
};

/** Starts a hub and resolves when both listeners answer. Throws what is wrong with the configuration. */
export async function startHub(
  input: HubConfigInput,
  runtime: Partial<HubRuntime> = {},
): Promise<Hub> {
  const config = HubConfig.parse(input);
  const clock = runtime.clock ?? systemClock;
  const log = runtime.log ?? createLog({ name: "hub" });
  const late: { recheck: () => void } = { recheck: () => undefined };
  const context = await openContext(config, { clock, log }, () => late.recheck());
  const products = await openProductListener(context);
  late.recheck = products.listener.recheck;
  const web = await openWebListener(context, products);
  return {
    urls: { web: web.url, product: products.url() },
    firstAdministrator: context.accounts.firstAdministrator,
    close: async () => {
      for (const stop of [products.stop, web.stop]) stop();
      await Promise.all([web.app.close(), products.listener.close()]);
      await context.close();
    },
  };
}

type ProductSide = { listener: ProductListener; url: () => string; stop: () => void };

async function openProductListener(context: HubContext): Promise<ProductSide> {
  const { ca, clock, log, certificates, config } = context;
  const { host, port, publicUrl } = config.product;
  const late: { swap: (credentials: ServerCredentials) => void } = { swap: () => undefined };
  const names = certificateNames(host, publicUrl, config.serverNames);
  const swap = (next: ServerCredentials) => late.swap(next);
  const certificate = await keepServerCertificate({ ca, names, clock, log, swap });
  const listener = await createProductListener({
    ca,
    credentials: certificate.credentials,
    clock,
    log,
    version: HUB_VERSION,
    lookup: (identity, fingerprint) => certificates.status(identity, fingerprint),
    port: createEnrolmentPort({
      db: context.db,
      clock,
      trustDomain: ca.trustDomain,
      reloadCertificates: () => certificates.reload(),
      audit: context.accounts.audit,
    }),
    onRequest: (product, fingerprint) => {
      context.presence.note(product);
      certificates.noteUse(fingerprint);
    },
  });
  late.swap = listener.swapCredentials;
  registerProductRoutes(listener, context);
  const bound = await listener.app.listen({ host, port });
  return { listener, url: () => productUrl(config, bound), stop: certificate.stop };
}

async function openWebListener(context: HubContext, products: ProductSide) {
  const { ca, clock, log, config } = context;
  const { host, port, publicUrl } = config.web;
  const late: { swap: (credentials: ServerCredentials) => void } = { swap: () => undefined };
  const swap = (next: ServerCredentials) => late.swap(next);
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = isLoopback(host)
    ? undefined
    : await keepServerCertificate({ ca, names, clock, log, swap });
  const app: HttpApp = await createWebListener({
    log,
    version: HUB_VERSION,
    authenticate: context.accounts.authenticate,
    credentials: certificate?.credentials,
  });
  late.swap = (next) => app.tlsServer.setSecureContext(webTlsOptions(next));
  registerWebRoutes(app, context, products);
  addConsole(app, config.consoleRoot);
  const bound = await app.listen({ host, port });
  const scheme = certificate === undefined ? "http" : "https";
  const stop = () => certificate?.stop();
  return { app, url: publicUrl ?? `${scheme}://${hostPart(host)}:${bound}`, stop };
}

function hostPart(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
