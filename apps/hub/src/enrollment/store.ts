import type { TokenRow } from "@breakwater/pki";
import { EnrollmentToken, type Sha256, type TokenId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

export type NewToken = {
  id: TokenId;
  note: string;
  secretHash: Sha256;
  created: Date;
  createdBy: string;
  expires: Date;
};

export async function insertToken(tx: HubTx, token: NewToken): Promise<void> {
  await sql`
    insert into enrollment_token (id, note, secret_hash, created, created_by, expires)
    values (${token.id}, ${token.note}, ${token.secretHash}, ${token.created}, ${token.createdBy},
      ${token.expires})`.execute(tx);
}

type ListedRow = {
  id: string;
  note: string;
  created: Date;
  created_by: string;
  expires: Date;
  revoked: Date | null;
  used: Date | null;
  used_by: string | null;
};

/** Newest first. */
export async function listTokens(db: HubDb, now: Date): Promise<EnrollmentToken[]> {
  const { rows } = await sql<ListedRow>`
    select t.id, t.note, t.created, t.created_by, t.expires, t.revoked, t.used, p.name as used_by
    from enrollment_token t
    left join certificate c on c.fingerprint = t.used_for
    left join product p on p.id = c.product_id
    order by t.created desc, t.id limit 500`.execute(db);
  return rows.map((row) => toToken(row, now));
}

function toToken(row: ListedRow, now: Date): EnrollmentToken {
  return EnrollmentToken.parse({
    id: row.id,
    note: row.note,
    state: stateOf(row, now),
    created: row.created.toISOString(),
    createdBy: row.created_by,
    expires: row.expires.toISOString(),
    usedBy: row.used_by,
  });
}

function stateOf(row: ListedRow, now: Date): EnrollmentToken["state"] {
  if (row.used !== null) return "used";
  if (row.revoked !== null) return "revoked";
  return row.expires <= now ? "expired" : "unused";
}

/**
 * The token, locked until the transaction ends, with the certificate it was turned into. Two
 * statements: one that waits for the lock would see the token as it is now, but the certificate table
 * as it was before the wait.
 */
export async function lockToken(
  tx: HubTx,
  id: TokenId,
): Promise<(TokenRow & { note: string }) | undefined> {
  const { rows } = await sql<{
    note: string;
    secret_hash: Sha256;
    expires: Date;
    revoked: Date | null;
    used_for: Sha256 | null;
  }>`
    select note, secret_hash, expires, revoked, used_for from enrollment_token
    where id = ${id} for update`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    note: row.note,
    secretHash: row.secret_hash,
    expiresAt: row.expires.getTime(),
    revokedAt: row.revoked?.getTime() ?? null,
    used: row.used_for === null ? null : await readUse(tx, row.used_for),
  };
}

async function readUse(tx: HubTx, fingerprint: Sha256): Promise<NonNullable<TokenRow["used"]>> {
  const { rows } = await sql<NonNullable<TokenRow["used"]>>`
    select public_key_fingerprint as "publicKeyFingerprint", pem as "certificatePem"
    from certificate where fingerprint = ${fingerprint}`.execute(tx);
  const [use] = rows;
  if (use === undefined) throw new Error(`certificate ${fingerprint} of a used token is missing`);
  return use;
}

export async function markUsed(
  tx: HubTx,
  id: TokenId,
  used: { at: Date; fingerprint: Sha256 },
): Promise<void> {
  await sql`
    update enrollment_token set used = ${used.at}, used_for = ${used.fingerprint}
    where id = ${id}`.execute(tx);
}

/** Answers whether the token was there and unused. */
export async function markRevoked(tx: HubTx, id: TokenId, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update enrollment_token set revoked = coalesce(revoked, ${now})
    where id = ${id} and used is null returning 1`.execute(tx);
  return rows.length > 0;
}

export async function tokenExists(db: HubDb, id: TokenId): Promise<boolean> {
  const { rows } = await sql`select 1 from enrollment_token where id = ${id}`.execute(db);
  return rows.length > 0;
}
