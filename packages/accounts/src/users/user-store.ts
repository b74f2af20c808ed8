import type { Db } from "@breakwater/postgres";
import { AppError, type User, UserId } from "@breakwater/protocol";
import type { Selectable } from "kysely";
import type { AccountsTables, AccountTable } from "../tables.ts";

export type AccountRow = Selectable<AccountTable>;

export async function listUsers(db: Db<AccountsTables>): Promise<User[]> {
  const rows = await db.selectFrom("account").selectAll().orderBy("name_key").execute();
  return rows.map(toUser);
}

export async function requireAccount(db: Db<AccountsTables>, id: string): Promise<AccountRow> {
  const row = UserId.safeParse(id).success
    ? await db.selectFrom("account").selectAll().where("id", "=", id).executeTakeFirst()
    : undefined;
  if (row === undefined) throw new AppError("NotFound", `There is no user with the id ${id}.`);
  return row;
}

export function toUser(row: AccountRow): User {
  return {
    id: UserId.parse(row.id),
    name: row.name,
    role: row.role,
    enabled: row.enabled,
    mustChangePassword: row.must_change_password,
    created: row.created_at.toISOString(),
    lastLogin: row.last_login_at?.toISOString() ?? null,
  };
}

/** What the audit log keeps of a user. */
export function auditView({
  name,
  role,
  enabled,
}: {
  name: string;
  role: string;
  enabled: boolean;
}) {
  return { name, role, enabled };
}
