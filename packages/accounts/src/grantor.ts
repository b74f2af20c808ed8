import type { Principal } from "@breakwater/platform";
import { AppError } from "@breakwater/protocol";
import { type AuditActor, auditActor } from "./audit/append-audit.ts";
import type { Permissions } from "./roles/role-permissions.ts";

/** Who changes accounts: what they may hand on, and how the audit log names them. */
export type Grantor = { permissions: Permissions; actor: AuditActor };

export function grantorOf(call: { principal: Principal | undefined; source: string }): Grantor {
  if (call.principal === undefined) throw new AppError("NotAuthenticated", "Log in first.");
  return { permissions: call.principal.permissions, actor: auditActor(call) };
}
