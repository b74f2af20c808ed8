import type { Db } from "@breakwater/postgres";
import { type ApiKey, AppError } from "@breakwater/protocol";
import type { Selectable } from "kysely";
import type { AccountsTables, ApiKeyTable } from "../tables.ts";

export type ApiKeyRow = Selectable<ApiKeyTable>;

export async function listApiKeys(db: Db<AccountsTables>): Promise<ApiKey[]> {
  const rows = await db.selectFrom("api_key").selectAll().orderBy("created_at").execute();
  return rows.map(toApiKey);
}

export async function requireApiKey(db: Db<AccountsTables>, id: string): Promise<ApiKeyRow> {
  const row = id.includes("\0")
    ? undefined
    : await db.selectFrom("api_key").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new AppError("NotFound", `There is no API key with the id ${id}.`);
  return row;
}

export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    description: row.description,
    enabled: row.enabled,
    created: row.created_at.toISOString(),
    expires: row.expires_at?.toISOString() ?? null,
    lastUsed: row.last_used_at?.toISOString() ?? null,
  };
}

/** What the audit log keeps of a key. */
export function keyAuditView({ id, name, role, enabled, expires_at }: ApiKeyRow) {
  return { id, name, role, enabled, expires: expires_at?.toISOString() ?? null };
}
