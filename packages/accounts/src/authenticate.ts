import type { Authenticate, Principal } from "@breakwater/platform";
import { authenticateApiKey } from "./api-keys/authenticate-api-key.ts";
import type { Accounts } from "./context.ts";
import { permissionsOf } from "./roles/role-permissions.ts";
import { checkSameOrigin } from "./sessions/check-same-origin.ts";
import { readSessionCookie } from "./sessions/session-cookie.ts";
import { findSession } from "./sessions/session-store.ts";

/**
 * Who makes a request: the user of the session cookie, or the API key of `Authorization: Bearer`.
 * Rights are read anew each time, so every change applies at once. Undefined: nobody we know.
 */
export function createAuthenticate(accounts: Accounts): Authenticate {
  return async (request) => {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (bearer !== undefined) return await authenticateApiKey(accounts, bearer);
    const token = readSessionCookie(request, accounts.tls);
    if (token === null || token === "") return undefined;
    const principal = await authenticateSession(accounts, token);
    if (principal !== undefined) checkSameOrigin(request);
    return principal;
  };
}

async function authenticateSession(
  accounts: Accounts,
  token: string,
): Promise<Principal | undefined> {
  const session = await findSession(accounts, token);
  if (session === null) return undefined;
  const permissions = (await permissionsOf(accounts.db, session.role)) ?? new Set();
  return {
    kind: "user",
    id: session.accountId,
    name: session.name,
    via: "console",
    permissions,
    restricted: session.mustChangePassword,
  };
}
