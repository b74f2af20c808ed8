import { HttpApp, silentLog } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import type { Permission } from "@breakwater/protocol";
import { createAuthenticate } from "./authenticate.ts";
import { type Accounts, createAccounts } from "./context.ts";
import type { Grantor } from "./grantor.ts";
import { accountsMigrations } from "./migrations.ts";
import { registerAccounts } from "./register-accounts.ts";
import type { AccountsTables } from "./tables.ts";
import { ensureFirstAdministrator } from "./users/first-administrator.ts";

export const PASSWORD = "correct horse battery";
export const SYSTEM: Grantor = {
  permissions: new Set<Permission>(["users:write"]),
  actor: { actor: "system", via: "system", source: "local" },
};

export type TestServer = {
  test: TestDatabase<AccountsTables>;
  accounts: Accounts;
  app: HttpApp;
  /** Moves the server's clock. */
  pass(ms: number): void;
  /** A browser of its own. */
  browser(source?: string): Browser;
  /** A browser in which the first administrator has logged in and changed the password. */
  superuser(): Promise<Browser>;
  close(): Promise<void>;
};

export type Answer = { status: number; body: never; headers: Record<string, unknown> };
export type Browser = {
  cookie: string | null;
  send(key: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  logIn(name: string, password: string): Promise<Answer>;
};

export async function startServer(tls = false): Promise<TestServer> {
  const test = await createTestDatabase<AccountsTables>(await accountsMigrations());
  let now = Date.parse("2026-03-01T12:00:00Z");
  const clock = { now: () => new Date(now) };
  const accounts = createAccounts({ db: test.db, clock, log: silentLog(), tls });
  const app = await HttpApp.create({
    log: silentLog(),
    title: "test",
    version: "1",
    authenticate: createAuthenticate(accounts),
  });
  registerAccounts(app, accounts);
  const browser = (source?: string) => openBrowser(app, source);
  return {
    test,
    accounts,
    app,
    browser,
    pass: (ms) => {
      now += ms;
    },
    async superuser() {
      const credentials = await ensureFirstAdministrator(accounts);
      const opened = browser();
      const password = credentials?.password ?? PASSWORD;
      await opened.logIn("admin", password);
      if (credentials !== null) {
        const change = { current: password, next: PASSWORD };
        await opened.send("PUT /auth/v1/session/password", change);
      }
      return opened;
    },
    async close() {
      await app.close();
      await test.drop();
    },
  };
}

function openBrowser(app: HttpApp, source = "192.0.2.1"): Browser {
  const browser: Browser = {
    cookie: null,
    async send(key, body, headers = {}) {
      const [method = "GET", url = "/"] = key.split(" ");
      const answer = await app.fastify.inject({
        method: method as "GET",
        url,
        remoteAddress: source,
        headers: {
          "sec-fetch-site": "same-origin",
          ...(browser.cookie === null ? {} : { cookie: browser.cookie }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      const set = answer.headers["set-cookie"];
      if (typeof set === "string") browser.cookie = set.split(";")[0] ?? null;
      const text = answer.body;
      return {
        status: answer.statusCode,
        body: (text === "" ? null : JSON.parse(text)) as never,
        headers: answer.headers,
      };
    },
    logIn: (name, password) => browser.send("POST /auth/v1/session", { name, password }),
  };
  return browser;
}

/** Creates a user with a changed password, and opens a browser for it. */
export async function newUser(
  server: TestServer,
  manager: Browser,
  name: string,
  role: string,
): Promise<{ id: string; browser: Browser }> {
  const first = "first password of mine";
  const created = await manager.send("POST /auth/v1/users", { name, password: first, role });
  const { id } = created.body as { id: string };
  const browser = server.browser();
  await browser.logIn(name, first);
  await browser.send("PUT /auth/v1/session/password", { current: first, next: PASSWORD });
  return { id, browser };
}
