import type { DeviceId, Sha256, TokenId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";

export type CertificateRecord = {
  fingerprint: Sha256;
  device: DeviceId;
  revoked: Date | null;
  superseded: Date | null;
};

/** Every certificate that may still be presented. */
export async function allCertificates(db: Executor): Promise<CertificateRecord[]> {
  const { rows } = await sql<CertificateRecord>`
    select fingerprint, device, revoked, superseded from device_certificate
    where not_after > now()`.execute(db);
  return rows;
}

export type NewCertificate = {
  fingerprint: Sha256;
  device: DeviceId;
  publicKeyFingerprint: Sha256;
  certificate: string;
  issued: Date;
  notAfter: Date;
  renews: Sha256 | null;
};

export async function insertCertificate(db: Executor, one: NewCertificate): Promise<void> {
  await sql`
    insert into device_certificate
      (fingerprint, device, public_key_fingerprint, certificate, issued, not_after, renews)
    values (${one.fingerprint}, ${one.device}, ${one.publicKeyFingerprint}, ${one.certificate},
      ${one.issued}, ${one.notAfter}, ${one.renews})`.execute(db);
}

/** The certificate a device was given for this key before, when its answer may have been lost. */
export async function certificateOfKey(
  db: Executor,
  device: DeviceId,
  publicKeyFingerprint: Sha256,
): Promise<string | undefined> {
  const { rows } = await sql<{ certificate: string }>`
    select certificate from device_certificate
    where device = ${device} and public_key_fingerprint = ${publicKeyFingerprint}
      and revoked is null`.execute(db);
  return rows[0]?.certificate;
}

/** Keeps others from removing or renewing the device; false when it is gone. */
export async function lockDevice(db: Executor, device: DeviceId): Promise<boolean> {
  const { rows } = await sql`
    select id from device where id = ${device} and removed is null for no key update`.execute(db);
  return rows.length > 0;
}

/** Notes the first use of a certificate; what it renews ends after the overlap. */
export async function noteFirstUse(
  db: Executor,
  fingerprint: Sha256,
  at: Date,
): Promise<Sha256 | null> {
  const { rows } = await sql<{ renews: Sha256 | null }>`
    update device_certificate set first_used = ${at}
    where fingerprint = ${fingerprint} and first_used is null returning renews`.execute(db);
  const renews = rows[0]?.renews ?? null;
  if (renews !== null) {
    await sql`update device_certificate set superseded = ${at}
      where fingerprint = ${renews} and superseded is null`.execute(db);
  }
  return renews;
}

export type StoredToken = {
  id: TokenId;
  secret_hash: Sha256;
  note: string;
  created: Date;
  created_by: string;
  expires: Date;
  revoked: Date | null;
  device: DeviceId | null;
  device_name: string | null;
  public_key_fingerprint: Sha256 | null;
  certificate: string | null;
};

const TOKEN = sql`t.id, t.secret_hash, t.note, t.created, t.created_by, t.expires, t.revoked,
  t.device, t.public_key_fingerprint, t.certificate`;

export async function listTokens(db: Executor): Promise<StoredToken[]> {
  const { rows } = await sql<StoredToken>`
    select ${TOKEN}, coalesce(d.given_name, d.report->>'name') as device_name
    from device_token t left join device d on d.id = t.device
    order by t.created desc, t.id limit 500`.execute(db);
  return rows;
}

export async function lockToken(db: Executor, id: TokenId): Promise<StoredToken | undefined> {
  const { rows } = await sql<StoredToken>`
    select ${TOKEN}, null as device_name from device_token t where t.id = ${id} for update`.execute(
    db,
  );
  return rows[0];
}

export async function insertToken(
  db: Executor,
  token: Pick<StoredToken, "id" | "secret_hash" | "note" | "created" | "created_by" | "expires">,
): Promise<void> {
  await sql`
    insert into device_token (id, secret_hash, note, created, created_by, expires)
    values (${token.id}, ${token.secret_hash}, ${token.note}, ${token.created},
      ${token.created_by}, ${token.expires})`.execute(db);
}

export async function markTokenUsed(
  db: Executor,
  id: TokenId,
  used: { device: DeviceId; publicKeyFingerprint: Sha256; certificate: string },
): Promise<void> {
  await sql`
    update device_token set device = ${used.device}, certificate = ${used.certificate},
      public_key_fingerprint = ${used.publicKeyFingerprint}
    where id = ${id}`.execute(db);
}

export async function markTokenRevoked(db: Executor, id: TokenId, at: Date): Promise<void> {
  await sql`update device_token set revoked = ${at} where id = ${id}`.execute(db);
}
