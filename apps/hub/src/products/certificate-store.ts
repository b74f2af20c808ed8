import type { IssuedCertificate } from "@breakwater/pki";
import type { ProductId, Sha256 } from "@breakwater/protocol";
import { sql } from "kysely";
import type { HubDb, HubTx } from "../database.ts";

export type CertificateRecord = {
  fingerprint: Sha256;
  productId: ProductId;
  issued: Date;
  expires: Date;
  firstUsed: Date | null;
  superseded: Date | null;
  revoked: Date | null;
};

type Row = {
  fingerprint: Sha256;
  product_id: ProductId;
  issued: Date;
  expires: Date;
  first_used: Date | null;
  superseded: Date | null;
  revoked: Date | null;
};

const COLUMNS = sql.raw(
  "fingerprint, product_id, issued, expires, first_used, superseded, revoked",
);

function toRecord(row: Row): CertificateRecord {
  return {
    fingerprint: row.fingerprint,
    productId: row.product_id,
    issued: row.issued,
    expires: row.expires,
    firstUsed: row.first_used,
    superseded: row.superseded,
    revoked: row.revoked,
  };
}

/** Certificates that a connection could still present. */
export async function readCertificates(db: HubDb, now: Date): Promise<CertificateRecord[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from certificate where expires > ${now}`.execute(db);
  return rows.map(toRecord);
}

export async function insertCertificate(
  tx: HubTx,
  productId: ProductId,
  issued: IssuedCertificate,
  now: Date,
): Promise<void> {
  await sql`
    insert into certificate (fingerprint, product_id, public_key_fingerprint, serial, pem, issued,
      expires)
    values (${issued.fingerprint}, ${productId}, ${issued.publicKeyFingerprint}, ${issued.serial},
      ${issued.certificatePem}, ${now}, ${new Date(issued.notAfter)})`.execute(tx);
}

export async function findCertificateOfKey(
  tx: HubTx,
  productId: ProductId,
  publicKeyFingerprint: Sha256,
): Promise<string | undefined> {
  const { rows } = await sql<{ pem: string }>`
    select pem from certificate
    where product_id = ${productId} and public_key_fingerprint = ${publicKeyFingerprint}
      and revoked is null`.execute(tx);
  return rows[0]?.pem;
}

/** First use of a certificate: from now on the product's older ones count as replaced. */
export async function markFirstUse(tx: HubTx, fingerprint: Sha256, now: Date): Promise<void> {
  await sql`
    update certificate set first_used = ${now}
    where fingerprint = ${fingerprint} and first_used is null`.execute(tx);
  await sql`
    update certificate o set superseded = ${now}
    from certificate n
    where n.fingerprint = ${fingerprint} and o.product_id = n.product_id and o.issued < n.issued
      and o.superseded is null`.execute(tx);
}

export async function revokeCertificates(
  tx: HubTx,
  productId: ProductId,
  now: Date,
): Promise<void> {
  await sql`
    update certificate set revoked = ${now}
    where product_id = ${productId} and revoked is null`.execute(tx);
}
