import { randomUUID } from "node:crypto";
import { type Db, transaction } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import { nameKey } from "../names.ts";
import { randomPassword } from "../passwords/random-password.ts";
import type { AccountsTables } from "../tables.ts";
import { lockAccounts } from "./user-managers.ts";
import { auditView } from "./user-store.ts";

export type Credentials = { name: string; password: string };

const NAME = "admin";
const SETUP = { actor: "system", via: "system", source: "local" } as const;

/**
 * On the first run, creates the superuser and returns the password, which is stored nowhere and must
 * be changed at the first login. Null when there are users already.
 */
export async function ensureFirstAdministrator(accounts: Accounts): Promise<Credentials | null> {
  if (await hasUsers(accounts.db)) return null;
  const password = randomPassword();
  const passwordHash = await accounts.passwords.hash(password);
  const at = accounts.clock.now();
  return await transaction(accounts.db, async (tx) => {
    await lockAccounts(tx);
    if (await hasUsers(tx)) return null;
    const user = { name: NAME, role: "superuser", enabled: true };
    await tx
      .insertInto("account")
      .values({
        ...user,
        id: randomUUID(),
        name_key: nameKey(NAME),
        password_hash: passwordHash,
        must_change_password: true,
        created_at: at,
        last_login_at: null,
      })
      .execute();
    const after = auditView(user);
    await appendAudit(tx, { ...SETUP, at, action: "user.create", object: NAME, after });
    return { name: NAME, password };
  });
}

/** For whoever has the machine but lost the password: a new random one, the user enabled again. */
export async function resetPassword(accounts: Accounts, name: string): Promise<Credentials> {
  const password = randomPassword();
  const passwordHash = await accounts.passwords.hash(password);
  return await transaction(accounts.db, async (tx) => {
    const row = await tx
      .updateTable("account")
      .set({ password_hash: passwordHash, must_change_password: true, enabled: true })
      .where("name_key", "=", nameKey(name))
      .returning(["id", "name"])
      .executeTakeFirst();
    if (row === undefined) throw new AppError("NotFound", `There is no user called ${name}.`);
    await tx.deleteFrom("session").where("account_id", "=", row.id).execute();
    const at = accounts.clock.now();
    await appendAudit(tx, { ...SETUP, at, action: "user.reset-password", object: row.name });
    return { name: row.name, password };
  });
}

async function hasUsers(db: Db<AccountsTables>): Promise<boolean> {
  return (await db.selectFrom("account").select("id").limit(1).executeTakeFirst()) !== undefined;
}
