import type { HttpApp } from "@breakwater/platform";
import type { Accounts } from "./context.ts";
import {
  registerApiKeyRoutes,
  registerAuditRoutes,
  registerUserRoutes,
} from "./routes/account-routes.ts";
import { registerSessionRoutes } from "./routes/session-routes.ts";

/** All endpoints of `accountsApi`. */
export function registerAccounts(app: HttpApp, accounts: Accounts): void {
  registerSessionRoutes(app, accounts);
  registerUserRoutes(app, accounts);
  registerApiKeyRoutes(app, accounts);
  registerAuditRoutes(app, accounts);
}
