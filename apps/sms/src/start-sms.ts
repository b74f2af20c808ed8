import { swapServerCredentials } from "@breakwater/pki";
import { createLog, systemClock } from "@breakwater/platform";
import { buildDeviceListener, buildWebListener } from "./build-listeners.ts";
import { isLoopback, SmsConfig, type SmsConfigInput, webCertificatePath } from "./config.ts";
import { openContext, type SmsContext, type SmsRuntime } from "./context.ts";
import type { DeviceListener } from "./device-listener.ts";
import { startJobs } from "./jobs.ts";
import { certificateNames, issueKeptCertificate, urlOf } from "./server-certificates.ts";
import { webTlsOptions } from "./web-listener.ts";

export type Sms = {
  urls: {
    /** Console and REST API. */
    web: string;
    /** Enrolment and agent API. */
    devices: string;
  };
  /** Credentials made at the very first start, to be changed at first login; shown once, stored nowhere. */
  firstAdministrator: { name: string; password: string } | null;
  close: () => Promise<void>;
};

/** Starts an SMS and resolves when both listeners answer. Throws what is wrong with the configuration. */
export async function startSms(
  input: SmsConfigInput,
  runtime: Partial<SmsRuntime> = {},
): Promise<Sms> {
  const config = SmsConfig.parse(input);
  const clock = runtime.clock ?? systemClock;
  const log = runtime.log ?? createLog({ name: "sms" });
  const context = await openContext(config, { clock, log });
  const closers: (() => Promise<void>)[] = [context.close];
  const close = async () => {
    for (const one of closers) await one();
  };
  try {
    const devices = await openDeviceListener(context);
    closers.unshift(devices.close);
    const web = await openWebListener(context, devices);
    closers.unshift(web.close);
    closers.unshift(startJobs(context, () => devices.listener.verifier.recheckAll()));
    return {
      urls: { web: web.url, devices: devices.url },
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

async function openDeviceListener(
  context: SmsContext,
): Promise<OpenListener & { listener: DeviceListener }> {
  const { ca, clock, log, config } = context;
  const { host, port, publicUrl } = config.devices;
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = await issueKeptCertificate({ ca, names, clock, log });
  const listener = await buildDeviceListener(context, certificate.credentials);
  const bound = await listener.app.listen({ host, port });
  const job = certificate.keep((next) => swapServerCredentials(listener.app.tlsServer, next));
  return {
    listener,
    url: urlOf("https", config.devices, bound),
    close: async () => {
      await Promise.all([job.stop(), listener.close()]);
    },
  };
}

async function openWebListener(
  context: SmsContext,
  devices: { listener: DeviceListener; url: string },
): Promise<OpenListener> {
  const { ca, clock, log, config } = context;
  const { host, port, publicUrl } = config.web;
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = isLoopback(host)
    ? undefined
    : await issueKeptCertificate({ ca, names, path: webCertificatePath(config), clock, log });
  const app = await buildWebListener(context, devices, certificate?.credentials);
  const bound = await app.listen({ host, port });
  const job = certificate?.keep((next) => app.tlsServer.setSecureContext(webTlsOptions(next)));
  return {
    url: urlOf(certificate === undefined ? "http" : "https", config.web, bound),
    close: async () => {
      await Promise.all([job?.stop(), app.close()]);
    },
  };
}
