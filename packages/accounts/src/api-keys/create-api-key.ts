import { transaction } from "@breakwater/postgres";
import { type ApiKey, type ApiKeyForm, AppError } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { checkName } from "../names.ts";
import { requireNotAbove, requireRole } from "../roles/role-permissions.ts";
import { keyAuditView, toApiKey } from "./api-key-store.ts";
import { createApiKeyValue, hashApiKey, isWellFormed, randomKeyId } from "./api-key-value.ts";

export type NewApiKey = {
  name: string;
  role: string;
  description: string;
  /** 0: never expires. */
  monthsToExpiration: number;
  /** `uuid` for clients that take nothing else for a key. */
  form?: ApiKeyForm;
};

/** The value is returned this once; only its hash is stored. */
export async function createApiKey(
  accounts: Accounts,
  grantor: Grantor,
  input: NewApiKey,
): Promise<{ key: ApiKey; value: string }> {
  const { id, value } = createApiKeyValue(input.form);
  return { key: await storeKey(accounts, grantor, input, id, value), value };
}

/**
 * Accepts a key that was issued elsewhere, in whatever form: a client that is pointed from another
 * product to this one keeps the bearer token it has.
 */
export async function importApiKey(
  accounts: Accounts,
  grantor: Grantor,
  input: NewApiKey & { value: string },
): Promise<ApiKey> {
  if (
    input.value.length < 32 ||
    !/^[\x21-\x7e]+$/.test(input.value) ||
    !isWellFormed(input.value)
  ) {
    throw new AppError(
      "InvalidRequest",
      "value: is no API key. It has at least 32 printable characters and no spaces.",
    );
  }
  return await storeKey(accounts, grantor, input, randomKeyId(), input.value);
}

async function storeKey(
  { db, clock }: Accounts,
  grantor: Grantor,
  input: NewApiKey,
  id: string,
  value: string,
): Promise<ApiKey> {
  const name = checkName("name", input.name);
  const at = clock.now();
  return await transaction(db, async (tx) => {
    requireNotAbove(grantor.permissions, await requireRole(tx, input.role));
    const row = await tx
      .insertInto("api_key")
      .values({
        id,
        name,
        role: input.role,
        description: input.description.replaceAll("\0", ""),
        enabled: true,
        key_hash: hashApiKey(value),
        created_by: grantor.actor.actor,
        created_at: at,
        expires_at: input.monthsToExpiration === 0 ? null : addMonths(at, input.monthsToExpiration),
        last_used_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = keyAuditView(row);
    await appendAudit(tx, { ...grantor.actor, at, action: "api-key.create", object: name, after });
    return toApiKey(row);
  });
}

/** The same day of the month, or the last one of a shorter month (UTC). */
export function addMonths(date: Date, months: number): Date {
  const result = new Date(date);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() + months);
  const next = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0));
  result.setUTCDate(Math.min(date.getUTCDate(), next.getUTCDate()));
  return result;
}
