import { transaction } from "@breakwater/postgres";
import { BuiltInRole, invalidField, type Permission, type Role } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { checkName } from "../names.ts";
import { lockAccounts, requireUserManager } from "../users/user-managers.ts";
import { permissionsOf, requireNotAbove } from "./role-permissions.ts";

/** Creates or changes a custom role; everybody who has it is affected at once. */
export async function saveRole(
  accounts: Accounts,
  grantor: Grantor,
  input: { name: string; permissions: readonly Permission[] },
): Promise<Role> {
  const name = checkName("name", input.name);
  if (BuiltInRole.safeParse(name).success) {
    throw invalidField("name", name, "is a built-in role, which is fixed", "Choose another name.");
  }
  const permissions = [...new Set(input.permissions)].toSorted();
  requireNotAbove(grantor.permissions, new Set(permissions));
  return await transaction(accounts.db, async (tx) => {
    await lockAccounts(tx);
    const before = await permissionsOf(tx, name);
    requireNotAbove(grantor.permissions, before ?? new Set());
    await tx
      .insertInto("role")
      .values({ name, permissions })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ permissions }))
      .execute();
    await requireUserManager(tx);
    await appendAudit(tx, {
      ...grantor.actor,
      at: accounts.clock.now(),
      action: before === null ? "role.create" : "role.change",
      object: name,
      before: before === null ? null : { permissions: [...before] },
      after: { permissions },
    });
    return { name, permissions, builtIn: false };
  });
}
