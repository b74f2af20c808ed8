import type { Call, HttpApp } from "@breakwater/platform";
import { AppError, accountsApi, type CurrentSession } from "@breakwater/protocol";
import { requireApiKey } from "../api-keys/api-key-store.ts";
import type { Accounts } from "../context.ts";
import { grantorOf } from "../grantor.ts";
import { changeOwnPassword } from "../login/change-own-password.ts";
import { logIn } from "../login/log-in.ts";
import { permissionsOf } from "../roles/role-permissions.ts";
import { checkLoginOrigin } from "../sessions/check-same-origin.ts";
import { endSession } from "../sessions/end-session.ts";
import {
  clearedSessionCookie,
  readSessionCookie,
  sessionCookie,
} from "../sessions/session-cookie.ts";
import { closeSession, findSession, listSessions } from "../sessions/session-store.ts";

type AnyCall = Pick<Call<unknown>, "request" | "reply" | "principal" | "source">;

export function registerSessionRoutes(app: HttpApp, accounts: Accounts): void {
  app.route(accountsApi, "POST /auth/v1/session", async (call) => {
    checkLoginOrigin(call.request);
    const { body, source } = call;
    const oldToken = readSessionCookie(call.request, accounts.tls);
    const result = await logIn(accounts, { ...body, source, oldToken });
    switch (result.kind) {
      case "throttled":
        throw throttled(call, result.seconds);
      case "refused":
        throw new AppError("NotAuthenticated", "Name or password is wrong.");
      case "open":
        call.reply.header("set-cookie", sessionCookie(result.token, accounts.tls));
        return await currentSession(accounts, result.token);
    }
  });

  app.route(accountsApi, "GET /auth/v1/session", async (call) => {
    if (call.principal?.kind === "api-key") return await sessionOfKey(accounts, call.principal.id);
    return await currentSession(accounts, readSessionCookie(call.request, accounts.tls));
  });

  app.route(accountsApi, "DELETE /auth/v1/session", async (call) => {
    const token = readSessionCookie(call.request, accounts.tls);
    if (token !== null) await closeSession(accounts.db, token);
    call.reply.header("set-cookie", clearedSessionCookie(accounts.tls));
    return undefined;
  });

  app.route(accountsApi, "PUT /auth/v1/session/password", async (call) => {
    const { body, source } = call;
    const result = await changeOwnPassword(accounts, { ...body, source, userId: userIdOf(call) });
    if (result.kind === "throttled") throw throttled(call, result.seconds);
    call.reply.header("set-cookie", sessionCookie(result.token, accounts.tls));
    return undefined;
  });

  app.route(accountsApi, "GET /auth/v1/sessions", async (call) => {
    const token = readSessionCookie(call.request, accounts.tls);
    const own = token === null ? null : await findSession(accounts, token);
    return { items: await listSessions(accounts, own?.id ?? null) };
  });

  app.route(accountsApi, "DELETE /auth/v1/sessions/{id}", async (call) => {
    await endSession(accounts, grantorOf(call), call.params.id);
    return undefined;
  });
}

function throttled({ reply }: AnyCall, seconds: number): AppError {
  reply.header("retry-after", String(seconds));
  return new AppError(
    "TooManyRequests",
    `Too many failed logins. Try again in ${seconds} seconds.`,
  );
}

function userIdOf({ principal }: AnyCall): string {
  if (principal?.kind === "user") return principal.id;
  throw new AppError("PermissionDenied", "An API key has no password. Log in as a user.");
}

async function currentSession(accounts: Accounts, token: string | null): Promise<CurrentSession> {
  const session = token === null ? null : await findSession(accounts, token);
  if (session === null) throw new AppError("NotAuthenticated", "The session has ended. Log in.");
  const { accountId, name, role, mustChangePassword, expires } = session;
  return {
    user: { id: accountId, name, role },
    mustChangePassword,
    permissions: [...((await permissionsOf(accounts.db, role)) ?? [])],
    expires: expires.toISOString(),
  };
}

async function sessionOfKey(accounts: Accounts, id: string): Promise<CurrentSession> {
  const { name, role, expires_at } = await requireApiKey(accounts.db, id);
  return {
    user: { id, name, role },
    mustChangePassword: false,
    permissions: [...((await permissionsOf(accounts.db, role)) ?? [])],
    expires: expires_at?.toISOString() ?? null,
  };
}
