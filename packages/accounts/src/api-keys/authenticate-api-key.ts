import type { Principal } from "@breakwater/platform";
import type { Accounts } from "../context.ts";
import { permissionsOf } from "../roles/role-permissions.ts";
import { hashApiKey, isWellFormed } from "./api-key-value.ts";

/** Last use is written this often, not with every request. */
const TOUCH_MS = 60_000;

/**
 * The principal of an API key's value, undefined if it is not valid now. Looked up by hash, which
 * tells an attacker nothing by its timing.
 */
export async function authenticateApiKey(
  { db, clock }: Accounts,
  value: string,
): Promise<Principal | undefined> {
  if (!isWellFormed(value)) return undefined;
  const now = clock.now();
  const row = await db
    .selectFrom("api_key")
    .select(["id", "name", "role", "expires_at", "last_used_at"])
    .where("key_hash", "=", hashApiKey(value))
    .where("enabled", "=", true)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.expires_at !== null && row.expires_at <= now) return undefined;
  if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() >= TOUCH_MS) {
    await db.updateTable("api_key").set({ last_used_at: now }).where("id", "=", row.id).execute();
  }
  const permissions = (await permissionsOf(db, row.role)) ?? new Set();
  return { kind: "api-key", id: row.id, name: row.name, via: "api", permissions };
}
