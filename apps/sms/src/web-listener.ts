import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ServerCredentials } from "@breakwater/pki";
import { type Authenticate, HttpApp, type Log, serveConsole } from "@breakwater/platform";
import { AppError } from "@breakwater/protocol";

export type WebListenerOptions = {
  log: Log;
  version: string;
  authenticate: Authenticate;
  /** Given when the listener can be reached from outside of this machine. */
  credentials: ServerCredentials | undefined;
};

/** The listener for people, the console and clients of the REST API. */
export async function createWebListener(options: WebListenerOptions): Promise<HttpApp> {
  const app = await HttpApp.create({
    log: options.log,
    authenticate: options.authenticate,
    title: "Breakwater SMS",
    version: options.version,
    ...(options.credentials === undefined ? {} : { tls: webTlsOptions(options.credentials) }),
  });
  refuseOpenRoutes(app);
  app.fastify.addHook("preHandler", async (request) => {
    refuseNul(request.query);
    refuseNul(request.params);
    refuseNul(request.body);
  });
  return app;
}

/** So that a route beside the endpoint tables, which would be open to everybody, cannot slip in. */
export function refuseOpenRoutes(app: HttpApp): void {
  app.fastify.addHook("onRoute", (route) => {
    if (route.config !== undefined && "permission" in route.config) return;
    throw new Error(`the route ${String(route.method)} ${route.url} names no permission`);
  });
}

/** No client certificates here: browsers would ask people to choose one. */
export function webTlsOptions({ key, cert }: ServerCredentials) {
  return { key, cert, minVersion: "TLSv1.2" as const };
}

/** Last of all routes, because it answers every path that no API does. */
export function addConsole(app: HttpApp, root: string | undefined): void {
  if (root === undefined) return;
  // The build of both consoles has one folder for each.
  const own = join(root, "sms");
  serveConsole(app, existsSync(own) ? own : root);
}

/** PostgreSQL stores every character but this one. */
function refuseNul(value: unknown): void {
  if (typeof value === "string") {
    if (!value.includes("\0")) return;
    throw new AppError("InvalidRequest", "The text holds a NUL character. Remove it.");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    refuseNul(key);
    refuseNul(inner);
  }
}
