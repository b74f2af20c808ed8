export { authenticateApiKey } from "./api-keys/authenticate-api-key.ts";
export { createApiKey, importApiKey, type NewApiKey } from "./api-keys/create-api-key.ts";
export { type AuditActor, type AuditEntry, appendAudit, auditActor } from "./audit/append-audit.ts";
export { type AuditVerification, verifyAudit } from "./audit/verify-audit.ts";
export { createAuthenticate } from "./authenticate.ts";
export { cleanUpAccounts } from "./clean-up.ts";
export { type Accounts, type AccountsOptions, createAccounts } from "./context.ts";
export { type Grantor, grantorOf } from "./grantor.ts";
export {
  type CheckedCredentials,
  type ClientCredentials,
  CredentialChecker,
} from "./login/credential-checker.ts";
export { accountsMigrations } from "./migrations.ts";
export { registerAccounts } from "./register-accounts.ts";
export type { AccountsTables } from "./tables.ts";
export {
  type Credentials,
  ensureFirstAdministrator,
  resetPassword,
} from "./users/first-administrator.ts";
