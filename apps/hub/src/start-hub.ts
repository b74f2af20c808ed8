import { swapServerCredentials } from "@breakwater/pki";
import { createLog, systemClock } from "@breakwater/platform";
import { buildProductListener, buildWebListener } from "./build-listeners.ts";
import { HubConfig, type HubConfigInput, isLoopback } from "./config.ts";
import { type HubContext, type HubRuntime, openContext } from "./context.ts";
import type { ProductListener } from "./product-listener.ts";
import { certificateNames, issueKeptCertificate, urlOf } from "./server-certificates.ts";
import { addConsole, webTlsOptions } from "./web-listener.ts";

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
  const context = await openContext(config, { clock, log });
  const closers: (() => Promise<void>)[] = [() => context.close()];
  const close = async () => {
    for (const one of closers.splice(0)) await one();
  };
  try {
    const products = await openProducts(context);
    closers.unshift(products.close);
    const web = await openWeb(context, products);
    closers.unshift(web.close);
    return {
      urls: { web: web.url, product: products.url },
      firstAdministrator: context.accounts.firstAdministrator,
      close,
    };
  } catch (error) {
    // A port in use, say: nothing that was opened stays behind.
    await close();
    throw error;
  }
}

type OpenListener = { url: string; close: () => Promise<void> };

async function openProducts(
  context: HubContext,
): Promise<OpenListener & { listener: ProductListener }> {
  const { ca, clock, log, config } = context;
  const { host, port, publicUrl } = config.product;
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = await issueKeptCertificate({ ca, names, clock, log });
  const listener = await buildProductListener(context, certificate.credentials);
  const bound = await listener.app.listen({ host, port });
  const job = certificate.keep((next) => swapServerCredentials(listener.app.tlsServer, next));
  context.certificates.onReload = () => listener.recheck();
  return {
    listener,
    url: urlOf("https", config.product, bound),
    close: async () => {
      await Promise.all([job.stop(), listener.close()]);
    },
  };
}

async function openWeb(
  context: HubContext,
  products: { listener: ProductListener; url: string },
): Promise<OpenListener> {
  const { ca, clock, log, config } = context;
  const { host, port, publicUrl } = config.web;
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = isLoopback(host)
    ? undefined
    : await issueKeptCertificate({ ca, names, clock, log });
  const app = await buildWebListener(context, products, certificate?.credentials);
  addConsole(app, config.consoleRoot);
  const bound = await app.listen({ host, port });
  const job = certificate?.keep((next) => app.tlsServer.setSecureContext(webTlsOptions(next)));
  return {
    url: urlOf(certificate === undefined ? "http" : "https", config.web, bound),
    close: async () => {
      await Promise.all([job?.stop(), app.close()]);
    },
  };
}
