import { type Tx, transaction } from "@breakwater/postgres";
import type { User } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { checkNewPassword } from "../passwords/check-new-password.ts";
import { permissionsOf, requireNotAbove, requireRole } from "../roles/role-permissions.ts";
import type { AccountsTables } from "../tables.ts";
import { lockAccounts, requireUserManager } from "./user-managers.ts";
import { type AccountRow, auditView, requireAccount, toUser } from "./user-store.ts";

export type UserChange = {
  role?: string | undefined;
  enabled?: boolean | undefined;
  password?: string | undefined;
};

/** Changes role, state or password; any of them ends the user's sessions. */
export async function changeUser(
  accounts: Accounts,
  grantor: Grantor,
  id: string,
  change: UserChange,
): Promise<User> {
  const passwordHash = await hashIfGiven(accounts, id, change.password);
  return await transaction(accounts.db, async (tx) => {
    const before = await lockTarget(tx, grantor, id);
    if (change.role !== undefined) {
      requireNotAbove(grantor.permissions, await requireRole(tx, change.role));
    }
    const after = await tx
      .updateTable("account")
      .set({
        role: change.role ?? before.role,
        enabled: change.enabled ?? before.enabled,
        ...(passwordHash === null
          ? {}
          : { password_hash: passwordHash, must_change_password: true }),
      })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await requireUserManager(tx);
    await tx.deleteFrom("session").where("account_id", "=", id).execute();
    await appendAudit(tx, {
      ...grantor.actor,
      at: accounts.clock.now(),
      action: passwordHash === null ? "user.change" : "user.reset-password",
      object: after.name,
      before: auditView(before),
      after: auditView(after),
    });
    return toUser(after);
  });
}

export async function deleteUser(accounts: Accounts, grantor: Grantor, id: string): Promise<void> {
  await transaction(accounts.db, async (tx) => {
    const before = await lockTarget(tx, grantor, id);
    await tx.deleteFrom("account").where("id", "=", id).execute();
    await requireUserManager(tx);
    await appendAudit(tx, {
      ...grantor.actor,
      at: accounts.clock.now(),
      action: "user.delete",
      object: before.name,
      before: auditView(before),
    });
  });
}

async function hashIfGiven(
  { db, passwords }: Accounts,
  id: string,
  password: string | undefined,
): Promise<string | null> {
  if (password === undefined) return null;
  checkNewPassword(password, (await requireAccount(db, id)).name);
  // Outside of the transaction: hashing takes long, and others wait for its lock.
  return await passwords.hash(password);
}

/** Somebody with more rights could be taken over through their password or role. */
async function lockTarget(
  tx: Tx<AccountsTables>,
  grantor: Grantor,
  id: string,
): Promise<AccountRow> {
  await lockAccounts(tx);
  const target = await requireAccount(tx, id);
  requireNotAbove(grantor.permissions, (await permissionsOf(tx, target.role)) ?? new Set());
  return target;
}
