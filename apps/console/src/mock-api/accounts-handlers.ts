import {
  type ApiKey,
  AppError,
  type accountsApi,
  BUILT_IN_ROLES,
  permissionsOfRole,
  UserId,
} from "@breakwater/protocol";
import { type AccountsState, type StoredUser, sessionOf } from "./accounts-state.ts";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";

const COOKIE = "breakwater_session";
const now = () => new Date().toISOString();

/** The user of a session cookie. */
export function sessionUser(
  cookies: string | undefined,
  state: AccountsState,
): StoredUser | undefined {
  const session = state.sessions.find(({ cookie }) => cookie === cookieIn(cookies));
  return session === undefined ? undefined : state.users.find((user) => user.id === session.userId);
}

function cookieIn(cookies: string | undefined): string | undefined {
  return cookies
    ?.split("; ")
    .find((cookie) => cookie.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
}

/** People, sessions, keys and audit. */
export function accountsHandlers(state: AccountsState): Handlers<typeof accountsApi> {
  const userOf = (cookies: string | undefined) => found(sessionUser(cookies, state), "session");
  const byId = <T extends { id: string }>(items: readonly T[], id: string) =>
    found(
      items.find((item) => item.id === id),
      "object",
    );
  const without = <T extends { id: string }>(items: T[], id: string) =>
    items.splice(items.indexOf(byId(items, id)), 1);
  return {
    "POST /auth/v1/session": async ({ body, reply, source }) => {
      const user = state.users.find(
        ({ name, password, enabled }) =>
          enabled && name === body.name && password === body.password,
      );
      if (user === undefined)
        throw new AppError("NotAuthenticated", "The user name or the password is not right.");
      const cookie = crypto.randomUUID();
      state.sessions.push({
        id: crypto.randomUUID(),
        user: user.name,
        userId: user.id,
        created: now(),
        lastSeen: now(),
        source,
        current: false,
        cookie,
      });
      user.lastLogin = now();
      void reply.header("set-cookie", `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Strict`);
      return sessionOf(user);
    },
    "GET /auth/v1/session": async ({ request }) => sessionOf(userOf(request.headers.cookie)),
    "DELETE /auth/v1/session": async ({ request }) => {
      const cookie = cookieIn(request.headers.cookie);
      state.sessions = state.sessions.filter((session) => session.cookie !== cookie);
      return undefined;
    },
    "PUT /auth/v1/session/password": async ({ request, body }) => {
      const user = userOf(request.headers.cookie);
      if (user.password !== body.current) {
        throw new AppError("InvalidRequest", "The current password is not right.");
      }
      user.password = body.next;
      user.mustChangePassword = false;
      return undefined;
    },
    "GET /auth/v1/sessions": async ({ request }) => {
      const own = cookieIn(request.headers.cookie);
      return {
        items: state.sessions.map(({ cookie, userId, ...session }) => ({
          ...session,
          id: session.id === userId ? userId : session.id,
          current: cookie === own,
        })),
      };
    },
    "DELETE /auth/v1/sessions/{id}": async ({ params }) => void without(state.sessions, params.id),
    "GET /auth/v1/users": async () => ({ items: state.users }),
    "POST /auth/v1/users": async ({ body }) => {
      if (state.users.some(({ name }) => name === body.name))
        throw new AppError(
          "Conflict",
          `There is already a user called ${body.name}. Choose another name.`,
        );
      const user: StoredUser = {
        id: UserId.parse(crypto.randomUUID()),
        name: body.name,
        role: body.role,
        enabled: true,
        mustChangePassword: true,
        created: now(),
        lastLogin: null,
        password: body.password,
      };
      state.users.push(user);
      return user;
    },
    "PATCH /auth/v1/users/{id}": async ({ params, body }) => {
      const user = byId(state.users, params.id);
      if (body.role !== undefined) user.role = body.role;
      if (body.enabled !== undefined) user.enabled = body.enabled;
      if (body.password !== undefined) user.password = body.password;
      return user;
    },
    "DELETE /auth/v1/users/{id}": async ({ params }) => void without(state.users, params.id),
    "GET /auth/v1/roles": async () => ({
      items: BUILT_IN_ROLES.map((name) => ({
        name,
        builtIn: true,
        permissions: [...permissionsOfRole(name)],
      })),
    }),
    "PUT /auth/v1/roles/{name}": async ({ params, body }) => ({
      name: params.name,
      permissions: body.permissions,
      builtIn: false,
    }),
    "GET /auth/v1/api-keys": async () => ({ items: state.apiKeys }),
    "POST /auth/v1/api-keys": async ({ body }) => {
      const months = body.monthsToExpiration;
      const key: ApiKey = {
        id: crypto.randomUUID(),
        name: body.name,
        role: body.role,
        description: body.description,
        enabled: true,
        created: now(),
        expires:
          months === 0 ? null : new Date(Date.now() + months * 30 * 86_400_000).toISOString(),
        lastUsed: null,
      };
      state.apiKeys.push(key);
      return { key, value: `bwk_${crypto.randomUUID().replaceAll("-", "")}` };
    },
    "PATCH /auth/v1/api-keys/{id}": async ({ params, body }) =>
      Object.assign(byId(state.apiKeys, params.id), { enabled: body.enabled }),
    "DELETE /auth/v1/api-keys/{id}": async ({ params }) => void without(state.apiKeys, params.id),
    "GET /auth/v1/audit": async ({ query }) => {
      const rows = state.audit.filter(
        (record) =>
          (query.actor === undefined || record.actor === query.actor) &&
          (query.action === undefined || record.action.includes(query.action)),
      );
      return pageOfRows(rows, query);
    },
    "GET /auth/v1/audit/verification": async () => ({
      ok: true,
      records: state.audit.length,
      firstBroken: null,
    }),
  };
}

/** The thing, or the answer that there is none. */
export function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined)
    throw new AppError("NotFound", `There is no such ${what}. It may have been removed.`);
  return thing;
}
