import type { Tx } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { sql } from "kysely";
import { permissionsOf } from "../roles/role-permissions.ts";
import type { AccountsTables } from "../tables.ts";

/** Changes of accounts and roles go one after the other, so that two cannot remove each other's last manager. */
export async function lockAccounts(tx: Tx<AccountsTables>): Promise<void> {
  await sql`lock table account in share row exclusive mode`.execute(tx);
}

/** Somebody must remain who can manage users; checked on the state after the change. */
export async function requireUserManager(tx: Tx<AccountsTables>): Promise<void> {
  const roles = await tx
    .selectFrom("account")
    .select("role")
    .distinct()
    .where("enabled", "=", true)
    .execute();
  for (const { role } of roles) {
    if ((await permissionsOf(tx, role))?.has("users:write")) return;
  }
  throw new AppError(
    "Conflict",
    "This is the last enabled user who can manage users. Give that right to another one first.",
  );
}
