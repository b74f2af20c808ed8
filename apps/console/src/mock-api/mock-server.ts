import {
  type Authenticate,
  type Handler,
  HttpApp,
  type Principal,
  serveConsole,
  silentLog,
} from "@breakwater/platform";
import { type Api, AppError, type EndpointKey, hubApi, smsApi } from "@breakwater/protocol";
import { accountsHandlers, sessionUser } from "./accounts-handlers.ts";
import { type AccountsState, seedAccounts, sessionOf } from "./accounts-state.ts";
import { hubHandlers } from "./hub-handlers.ts";
import { seedHub } from "./hub-state.ts";
import { seededRandom } from "./random.ts";
import { smsHandlers } from "./sms-handlers.ts";
import { seedSms } from "./sms-state.ts";

/** `filled`: a fleet at work. `empty`: a first start. `failing`: every page's question fails. */
export type Scenario = "filled" | "empty" | "failing";
export type MockOptions = {
  product: "sms" | "hub";
  scenario: Scenario;
  port?: number;
  consoleRoot: string;
};
export type MockServer = { baseUrl: string; close: () => Promise<void> };

/** Handlers of the endpoints that the console uses, typed by the contract. */
export type Handlers<A extends Api> = { [K in keyof A & EndpointKey]?: Handler<A[K]> };

/** The console's server without the product behind it: real HTTP edge, schemas and headers; state in memory. */
export async function startMockServer(options: MockOptions): Promise<MockServer> {
  const random = seededRandom(7);
  const filled = options.scenario !== "empty";
  const accounts = seedAccounts(random, filled);
  const app = await HttpApp.create({
    log: silentLog(),
    title: "Mock",
    version: "0",
    authenticate: (request) => Promise.resolve(principalOf(request, accounts)),
  });
  if (options.scenario === "failing") failEverything(app);
  if (options.product === "sms") {
    const state = seedSms(random, filled);
    register(app, smsApi, { ...accountsHandlers(accounts), ...smsHandlers(state) });
  } else {
    const state = seedHub(random, filled);
    register(app, hubApi, { ...accountsHandlers(accounts), ...hubHandlers(state) });
  }
  serveConsole(app, options.consoleRoot);
  const port = await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  return { baseUrl: `http://127.0.0.1:${port}`, close: () => app.close() };
}

function register<A extends Api>(app: HttpApp, api: A, handlers: Handlers<A>): void {
  // The type of `handlers` already pairs every key with its handler.
  const pairs = Object.entries(handlers) as [keyof A & string, never][];
  for (const [key, handler] of pairs) app.route(api, key, handler);
}

/** Everything but the session answers as a server with a broken database would. */
function failEverything(app: HttpApp): void {
  app.fastify.addHook("onRequest", (request, _, done) => {
    const path = request.url.split("?")[0] ?? "";
    const isApi = /^\/(api|hub|auth)\//.test(path) && path !== "/auth/v1/session";
    done(
      isApi
        ? new AppError("Unavailable", "The database does not answer. Try again in a moment.")
        : undefined,
    );
  });
}

function principalOf(
  request: Parameters<Authenticate>[0],
  accounts: AccountsState,
): Principal | undefined {
  const user = sessionUser(request.headers.cookie, accounts);
  if (user === undefined) return undefined;
  const { permissions } = sessionOf(user);
  return {
    kind: "user",
    id: user.id,
    name: user.name,
    via: "console",
    permissions: new Set(permissions),
    restricted: user.mustChangePassword,
  };
}
