import { type CertificateAuthority, mintToken } from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import {
  AppError,
  type EnrollmentToken,
  type MintedToken,
  type NewEnrollmentToken,
  type TokenId,
} from "@breakwater/protocol";
import type { z } from "zod";
import type { Actor, Audit } from "../audit.ts";
import { type Db, iso } from "../database.ts";
import {
  insertToken,
  listTokens,
  lockToken,
  markTokenRevoked,
  type StoredToken,
} from "./certificate-store.ts";
import { deviceName } from "./device-name.ts";

const HOUR = 3_600_000;

export type TokenDeps = {
  db: Db;
  clock: Clock;
  ca: () => CertificateAuthority;
  /** Where devices reach this SMS: an https origin. */
  deviceUrl: () => string;
  audit: Audit;
};

export async function createDeviceToken(
  deps: TokenDeps,
  wanted: z.output<typeof NewEnrollmentToken>,
  by: Actor,
): Promise<MintedToken> {
  const created = deps.clock.now();
  const minted = mintToken({
    url: deps.deviceUrl(),
    caPin: deps.ca().pin,
    kind: "device",
    expiresAt: created.getTime() + wanted.hours * HOUR,
  });
  const row = {
    id: minted.id,
    secret_hash: minted.secretHash,
    note: wanted.note,
    created,
    created_by: by.principal.name,
    expires: new Date(created.getTime() + wanted.hours * HOUR),
  };
  await transaction(deps.db, async (tx) => {
    await insertToken(tx, row);
    const after = { note: row.note, expires: iso(row.expires) };
    await deps.audit(tx, { by, action: "device-token.create", object: minted.id, after });
  });
  const unused = {
    revoked: null,
    device: null,
    device_name: null,
    public_key_fingerprint: null,
    certificate: null,
  };
  return { token: minted.token, info: tokenInfo({ ...row, ...unused }, created) };
}

export async function listDeviceTokens(deps: TokenDeps): Promise<EnrollmentToken[]> {
  const now = deps.clock.now();
  return (await listTokens(deps.db)).map((token) => tokenInfo(token, now));
}

export async function revokeDeviceToken(deps: TokenDeps, id: TokenId, by: Actor): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const token = await lockToken(tx, id);
    if (token === undefined) throw new AppError("NotFound", "There is no such enrollment token.");
    if (token.device !== null) {
      const remedy = "Remove the device that enrolled with it instead.";
      throw new AppError("Conflict", `The enrollment token was used already. ${remedy}`);
    }
    if (token.revoked !== null) return;
    await markTokenRevoked(tx, id, deps.clock.now());
    await deps.audit(tx, { by, action: "device-token.revoke", object: id });
  });
}

function tokenInfo(token: StoredToken, now: Date): EnrollmentToken {
  return {
    id: token.id,
    note: token.note,
    state: tokenState(token, now),
    created: iso(token.created),
    createdBy: token.created_by,
    expires: iso(token.expires),
    usedBy: token.device === null ? null : deviceName(token.device, token.device_name, null),
  };
}

function tokenState(token: StoredToken, now: Date): EnrollmentToken["state"] {
  if (token.device !== null) return "used";
  if (token.revoked !== null) return "revoked";
  return token.expires <= now ? "expired" : "unused";
}
