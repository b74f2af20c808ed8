import { randomUUID } from "node:crypto";
import { isUniqueViolation, transaction } from "@breakwater/postgres";
import { AppError, type User } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { checkName, nameKey } from "../names.ts";
import { checkNewPassword } from "../passwords/check-new-password.ts";
import { requireNotAbove, requireRole } from "../roles/role-permissions.ts";
import { auditView, toUser } from "./user-store.ts";

export type NewUser = { name: string; password: string; role: string };

/** The password is a first one, to be changed at the first login. */
export async function createUser(
  accounts: Accounts,
  grantor: Grantor,
  input: NewUser,
): Promise<User> {
  const name = checkName("name", input.name);
  checkNewPassword(input.password, name);
  requireNotAbove(grantor.permissions, await requireRole(accounts.db, input.role));
  const passwordHash = await accounts.passwords.hash(input.password);
  try {
    return await insert(accounts, grantor, { name, role: input.role, passwordHash });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("Conflict", `There is a user called ${name} already.`, { cause: error });
  }
}

async function insert(
  { db, clock }: Accounts,
  grantor: Grantor,
  user: { name: string; role: string; passwordHash: string },
): Promise<User> {
  const at = clock.now();
  return await transaction(db, async (tx) => {
    const row = await tx
      .insertInto("account")
      .values({
        id: randomUUID(),
        name: user.name,
        name_key: nameKey(user.name),
        role: user.role,
        password_hash: user.passwordHash,
        must_change_password: true,
        enabled: true,
        created_at: at,
        last_login_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = auditView(row);
    await appendAudit(tx, { ...grantor.actor, at, action: "user.create", object: row.name, after });
    return toUser(row);
  });
}
