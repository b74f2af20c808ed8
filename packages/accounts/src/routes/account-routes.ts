import type { HttpApp } from "@breakwater/platform";
import { accountsApi } from "@breakwater/protocol";
import { listApiKeys } from "../api-keys/api-key-store.ts";
import { deleteApiKey, enableApiKey } from "../api-keys/change-api-key.ts";
import { createApiKey } from "../api-keys/create-api-key.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import type { Accounts } from "../context.ts";
import { grantorOf } from "../grantor.ts";
import { listRoles } from "../roles/role-permissions.ts";
import { saveRole } from "../roles/save-role.ts";
import { changeUser, deleteUser } from "../users/change-user.ts";
import { createUser } from "../users/create-user.ts";
import { listUsers } from "../users/user-store.ts";

export function registerUserRoutes(app: HttpApp, accounts: Accounts): void {
  app.route(accountsApi, "GET /auth/v1/users", async () => ({
    items: await listUsers(accounts.db),
  }));
  app.route(accountsApi, "POST /auth/v1/users", (call) =>
    createUser(accounts, grantorOf(call), call.body),
  );
  app.route(accountsApi, "PATCH /auth/v1/users/{id}", (call) =>
    changeUser(accounts, grantorOf(call), call.params.id, call.body),
  );
  app.route(accountsApi, "DELETE /auth/v1/users/{id}", async (call) => {
    await deleteUser(accounts, grantorOf(call), call.params.id);
    return undefined;
  });
  app.route(accountsApi, "GET /auth/v1/roles", async () => ({
    items: await listRoles(accounts.db),
  }));
  app.route(accountsApi, "PUT /auth/v1/roles/{name}", (call) =>
    saveRole(accounts, grantorOf(call), { ...call.params, ...call.body }),
  );
}

export function registerApiKeyRoutes(app: HttpApp, accounts: Accounts): void {
  app.route(accountsApi, "GET /auth/v1/api-keys", async () => ({
    items: await listApiKeys(accounts.db),
  }));
  app.route(accountsApi, "POST /auth/v1/api-keys", (call) =>
    createApiKey(accounts, grantorOf(call), call.body),
  );
  app.route(accountsApi, "PATCH /auth/v1/api-keys/{id}", (call) =>
    enableApiKey(accounts, grantorOf(call), call.params.id, call.body.enabled),
  );
  app.route(accountsApi, "DELETE /auth/v1/api-keys/{id}", async (call) => {
    await deleteApiKey(accounts, grantorOf(call), call.params.id);
    return undefined;
  });
}

export function registerAuditRoutes(app: HttpApp, accounts: Accounts): void {
  app.route(accountsApi, "GET /auth/v1/audit", (call) => listAudit(accounts.db, call.query));
  app.route(accountsApi, "GET /auth/v1/audit/verification", () => verifyAudit(accounts.db));
}
