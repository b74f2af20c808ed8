import { existsSync } from "node:fs";
import type { ServerCredentials } from "@breakwater/pki";
import { type Authenticate, HttpApp, type Log, serveConsole } from "@breakwater/platform";
import { formatPublicError } from "./vision-one/error-body.ts";

export type WebListenerOptions = {
  log: Log;
  version: string;
  authenticate: Authenticate;
  /** Given when the listener can be reached from outside of this machine. */
  credentials: ServerCredentials | undefined;
};

/** The listener for people and for clients of the public API. */
export async function createWebListener(options: WebListenerOptions): Promise<HttpApp> {
  const app = await HttpApp.create({
    log: options.log,
    authenticate: options.authenticate,
    title: "Breakwater hub",
    version: options.version,
    formatErrorFor: (path) => (/^\/v3\.0(\/|$)/.test(path) ? formatPublicError : undefined),
    ...(options.credentials === undefined ? {} : { tls: webTlsOptions(options.credentials) }),
  });
  // So that a route beside the endpoint tables, which would be open to everybody, cannot slip in.
  app.fastify.addHook("onRoute", (route) => {
    if (route.config !== undefined && "permission" in route.config) return;
    throw new Error(`the route ${String(route.method)} ${route.url} names no permission`);
  });
  app.fastify.addHook("onSend", async (request, reply) => {
    reply.header("x-trace-id", request.id);
  });
  return app;
}

/** No client certificates here: browsers would ask people to choose one. */
export function webTlsOptions({ key, cert }: ServerCredentials) {
  return { key, cert, minVersion: "TLSv1.2" as const };
}

/** Last of all routes, because it answers every path that no API does. */
export function addConsole(app: HttpApp, root: string | undefined): void {
  if (root !== undefined && existsSync(root)) serveConsole(app, root);
}
