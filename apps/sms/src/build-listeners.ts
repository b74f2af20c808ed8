import type { ServerCredentials } from "@breakwater/pki";
import type { HttpApp } from "@breakwater/platform";
import type { SmsContext } from "./context.ts";
import { createDeviceListener, type DeviceListener } from "./device-listener.ts";
import { createEnrolmentPort } from "./devices/index.ts";
import { registerOpenApi } from "./openapi.ts";
import { enrolmentDeps, registerAgentRoutes, registerWebRoutes } from "./routes.ts";
import { SMS_VERSION } from "./version.ts";
import { addConsole, createWebListener } from "./web-listener.ts";

/** The device listener with all its routes, not listening yet. */
export async function buildDeviceListener(
  context: SmsContext,
  credentials: ServerCredentials,
): Promise<DeviceListener> {
  const { ca, clock, log, registry } = context;
  const listener = await createDeviceListener({
    ca,
    credentials,
    clock,
    log,
    version: SMS_VERSION,
    registry,
    enrolment: createEnrolmentPort(enrolmentDeps(context)),
  });
  registerAgentRoutes(listener, context);
  return listener;
}

/** The web listener with all its routes, not listening yet. */
export async function buildWebListener(
  context: SmsContext,
  devices: { listener: DeviceListener; url: string },
  credentials?: ServerCredentials,
): Promise<HttpApp> {
  const { log, accounts, config } = context;
  const app = await createWebListener({
    log,
    version: SMS_VERSION,
    authenticate: accounts.authenticate,
    credentials,
  });
  const { listener, url } = devices;
  registerWebRoutes(app, context, { listener, deviceUrl: () => url });
  registerOpenApi(app);
  addConsole(app, config.consoleRoot);
  return app;
}
