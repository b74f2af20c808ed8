import { type Tx, transaction } from "@breakwater/postgres";
import type { ApiKey } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { permissionsOf, requireNotAbove } from "../roles/role-permissions.ts";
import type { AccountsTables } from "../tables.ts";
import { type ApiKeyRow, keyAuditView, requireApiKey, toApiKey } from "./api-key-store.ts";

export async function enableApiKey(
  { db, clock }: Accounts,
  grantor: Grantor,
  id: string,
  enabled: boolean,
): Promise<ApiKey> {
  return await transaction(db, async (tx) => {
    const before = await governedKey(tx, grantor, id);
    const after = await tx
      .updateTable("api_key")
      .set({ enabled })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendAudit(tx, {
      ...grantor.actor,
      at: clock.now(),
      action: enabled ? "api-key.enable" : "api-key.disable",
      object: after.name,
      before: keyAuditView(before),
      after: keyAuditView(after),
    });
    return toApiKey(after);
  });
}

export async function deleteApiKey(
  { db, clock }: Accounts,
  grantor: Grantor,
  id: string,
): Promise<void> {
  await transaction(db, async (tx) => {
    const before = await governedKey(tx, grantor, id);
    await tx.deleteFrom("api_key").where("id", "=", id).execute();
    await appendAudit(tx, {
      ...grantor.actor,
      at: clock.now(),
      action: "api-key.delete",
      object: before.name,
      before: keyAuditView(before),
    });
  });
}

async function governedKey(
  tx: Tx<AccountsTables>,
  grantor: Grantor,
  id: string,
): Promise<ApiKeyRow> {
  const row = await requireApiKey(tx, id);
  requireNotAbove(grantor.permissions, (await permissionsOf(tx, row.role)) ?? new Set());
  return row;
}
