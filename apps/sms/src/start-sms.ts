import { swapServerCredentials } from "@breakwater/pki";
import { createLog, type HttpApp, systemClock } from "@breakwater/platform";
import { isLoopback, SmsConfig, type SmsConfigInput } from "./config.ts";
import { openContext, type SmsContext, type SmsRuntime } from "./context.ts";
import { createDeviceListener, type DeviceListener } from "./device-listener.ts";
import { createEnrolmentPort } from "./devices/index.ts";
import { startJobs } from "./jobs.ts";
import { enrolmentDeps, registerAgentRoutes, registerWebRoutes } from "./routes.ts";
import { certificateNames, issueKeptCertificate, urlOf } from "./server-certificates.ts";
import { SMS_VERSION } from "./version.ts";
import { addConsole, createWebListener, webTlsOptions } from "./web-listener.ts";

export type Sms = {
  urls: {
    /** Console and REST API. */
    web: string;
    /** Enrolment and agent API. */
    devices: string;
  };
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
  const devices = await openDeviceListener(context);
  const web = await openWebListener(context, devices);
  const stopJobs = startJobs(context, () => devices.listener.verifier.recheckAll());
  return {
    urls: { web: web.url, devices: devices.url },
    close: async () => {
      await stopJobs();
      await Promise.all([web.close(), devices.close()]);
      await context.close();
    },
  };
}

type OpenListener = { url: string; close: () => Promise<void> };

async function openDeviceListener(
  context: SmsContext,
): Promise<OpenListener & { listener: DeviceListener }> {
  const { ca, clock, log, registry, config } = context;
  const { host, port, publicUrl } = config.devices;
  const names = certificateNames(host, publicUrl, config.serverNames);
  const certificate = await issueKeptCertificate({ ca, names, clock, log });
  const listener = await createDeviceListener({
    ca,
    credentials: certificate.credentials,
    clock,
    log,
    version: SMS_VERSION,
    registry,
    enrolment: createEnrolmentPort(enrolmentDeps(context)),
  });
  registerAgentRoutes(listener, context);
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
    : await issueKeptCertificate({ ca, names, clock, log });
  const app: HttpApp = await createWebListener({
    log,
    version: SMS_VERSION,
    authenticate: context.accounts.authenticate,
    credentials: certificate?.credentials,
  });
  const { listener } = devices;
  registerWebRoutes(app, context, { listener, deviceUrl: () => devices.url });
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
