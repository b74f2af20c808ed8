import { randomUUID } from "node:crypto";
import {
  certificateFacts,
  decideEnrolment,
  type EnrolmentPort,
  type EnrolOutcome,
  type EnrolRequest,
  type ReenrolRequest,
  type TokenRow,
} from "@breakwater/pki";
import { type Clock, SYSTEM_PRINCIPAL } from "@breakwater/platform";
import { notify, transaction } from "@breakwater/postgres";
import { DeviceId, type ProfileId } from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db, Executor, Tx } from "../database.ts";
import type { CertificateRegistry } from "./certificate-registry.ts";
import {
  certificateOfKey,
  insertCertificate,
  lockDevice,
  lockToken,
  markTokenUsed,
  type StoredToken,
} from "./certificate-store.ts";
import { insertDevice } from "./store.ts";

/** Notices carry the id of a device whose certificate or desired bundle changed. */
export const DEVICES_CHANNEL = "sms_devices";

export type EnrolmentDeps = {
  db: Db;
  clock: Clock;
  trustDomain: () => string;
  registry: CertificateRegistry;
  defaultProfile: (db: Executor) => Promise<ProfileId>;
  audit: Audit;
  /** After commit. A failure is made good when the device connects. */
  onEnrolled: (device: DeviceId) => void;
};

/** Enrolment and renewal of devices, each one transaction. */
export function createEnrolmentPort(deps: EnrolmentDeps): EnrolmentPort {
  return {
    enroll: (request) => enrollDevice(deps, request),
    reenroll: (request) => renewDevice(deps, request),
  };
}

async function enrollDevice(deps: EnrolmentDeps, request: EnrolRequest): Promise<EnrolOutcome> {
  const { outcome, device } = await transaction(deps.db, async (tx) => {
    const token = await lockToken(tx, request.tokenId);
    const now = deps.clock.now();
    const decision = decideEnrolment(tokenRow(token), request, now.getTime());
    if (decision.kind === "refused") return { outcome: decision, device: null };
    if (decision.kind === "repeat")
      return { outcome: issued(decision.certificatePem), device: null };
    const id = DeviceId.parse(randomUUID());
    const { certificatePem } = await request.issue({
      trustDomain: deps.trustDomain(),
      kind: "device",
      id,
    });
    await insertDevice(tx, { id, profile: await deps.defaultProfile(tx), enrolled: now });
    await recordCertificate(tx, { id, certificatePem, now, renews: null });
    const { publicKeyFingerprint } = request;
    await markTokenUsed(tx, request.tokenId, {
      device: id,
      publicKeyFingerprint,
      certificate: certificatePem,
    });
    const after = { device: id, token: request.tokenId };
    const by = deviceItself(request.source);
    await deps.audit(tx, { by, action: "device.enroll", object: id, after });
    await notify(tx, DEVICES_CHANNEL, id);
    return { outcome: issued(certificatePem), device: id };
  });
  if (device !== null) {
    await deps.registry.reload();
    deps.onEnrolled(device);
  }
  return outcome;
}

async function renewDevice(deps: EnrolmentDeps, request: ReenrolRequest): Promise<EnrolOutcome> {
  const id = DeviceId.parse(request.identity.id);
  const outcome = await transaction(deps.db, async (tx): Promise<EnrolOutcome> => {
    if (!(await lockDevice(tx, id))) return { kind: "refused", code: "CertificateRevoked" };
    const before = await certificateOfKey(tx, id, request.publicKeyFingerprint);
    if (before !== undefined) return issued(before);
    const { certificatePem } = await request.issue();
    const renews = request.presentedFingerprint;
    await recordCertificate(tx, { id, certificatePem, now: deps.clock.now(), renews });
    const by = deviceItself(request.source);
    await deps.audit(tx, { by, action: "device.renew", object: id, after: { renews } });
    await notify(tx, DEVICES_CHANNEL, id);
    return issued(certificatePem);
  });
  if (outcome.kind === "issued") await deps.registry.reload();
  return outcome;
}

async function recordCertificate(
  tx: Tx,
  one: {
    id: DeviceId;
    certificatePem: string;
    now: Date;
    renews: ReenrolRequest["presentedFingerprint"] | null;
  },
): Promise<void> {
  const facts = certificateFacts(one.certificatePem);
  await insertCertificate(tx, {
    fingerprint: facts.fingerprint,
    device: one.id,
    publicKeyFingerprint: facts.publicKeyFingerprint,
    certificate: one.certificatePem,
    issued: one.now,
    notAfter: new Date(facts.notAfter),
    renews: one.renews,
  });
}

/** Enrolment comes from a machine: the record names its address. */
function deviceItself(source: string): Actor {
  return { principal: SYSTEM_PRINCIPAL, source };
}

function issued(certificatePem: string): EnrolOutcome {
  return { kind: "issued", certificatePem };
}

function tokenRow(token: StoredToken | undefined): TokenRow | undefined {
  if (token === undefined) return undefined;
  const { public_key_fingerprint: publicKeyFingerprint, certificate } = token;
  return {
    secretHash: token.secret_hash,
    expiresAt: token.expires.getTime(),
    revokedAt: token.revoked?.getTime() ?? null,
    used:
      publicKeyFingerprint === null || certificate === null
        ? null
        : { publicKeyFingerprint, certificatePem: certificate },
  };
}
