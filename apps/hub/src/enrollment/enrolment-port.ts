import { randomUUID } from "node:crypto";
import {
  decideEnrolment,
  type EnrolmentPort,
  type EnrolOutcome,
  type EnrolRequest,
  type ReenrolRequest,
} from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import { notify, transaction, withRetry } from "@breakwater/postgres";
import { ProductId } from "@breakwater/protocol";
import type { Audit } from "../audit.ts";
import { type HubDb, type HubTx, PRODUCTS_CHANNEL } from "../database.ts";
import {
  findCertificateOfKey,
  insertCertificate,
  insertProduct,
  lockProduct,
} from "../products/index.ts";
import { lockToken, markUsed } from "./store.ts";

export type EnrolmentOptions = {
  db: HubDb;
  clock: Clock;
  trustDomain: string;
  /** The new certificate must count before the client can use it. */
  reloadCertificates: () => Promise<void>;
  /** In the same transaction as the certificate. */
  audit: Audit;
};

/** Turns tokens into products with certificates; each in one transaction, repeatable by the same key. */
export function createEnrolmentPort(options: EnrolmentOptions): EnrolmentPort {
  const inTransaction = async (work: (tx: HubTx) => Promise<EnrolOutcome>) => {
    const outcome = await withRetry(() => transaction(options.db, work));
    if (outcome.kind === "issued") await options.reloadCertificates();
    return outcome;
  };
  return {
    enroll: (request) => inTransaction((tx) => enroll(options, tx, request)),
    reenroll: (request) => inTransaction((tx) => reenroll(options, tx, request)),
  };
}

async function enroll(
  { clock, trustDomain, audit }: EnrolmentOptions,
  tx: HubTx,
  request: EnrolRequest,
): Promise<EnrolOutcome> {
  const now = clock.now();
  const token = await lockToken(tx, request.tokenId);
  const decision = decideEnrolment(token, request, now.getTime());
  if (decision.kind === "refused") return decision;
  if (decision.kind === "repeat") return { kind: "issued", ...certificateOf(decision) };
  const product = ProductId.parse(randomUUID());
  const issued = await request.issue({ trustDomain, kind: "sms", id: product });
  const name = token === undefined || token.note === "" ? `SMS ${product.slice(0, 8)}` : token.note;
  await insertProduct(tx, { id: product, name, enrolled: now });
  await insertCertificate(tx, product, issued, now);
  await markUsed(tx, request.tokenId, { at: now, fingerprint: issued.fingerprint });
  await notify(tx, PRODUCTS_CHANNEL);
  await audit(tx, {
    action: "product.enrol",
    object: name,
    by: { actor: `enrollment token ${request.tokenId}`, source: request.source },
    after: { product, certificate: issued.fingerprint },
  });
  return { kind: "issued", ...certificateOf(issued) };
}

async function reenroll(
  { clock, audit }: EnrolmentOptions,
  tx: HubTx,
  request: ReenrolRequest,
): Promise<EnrolOutcome> {
  const { identity } = request;
  if (identity.kind !== "sms") return { kind: "refused", code: "IdentityUnknown" };
  const product = await lockProduct(tx, identity.id);
  if (product === undefined) return { kind: "refused", code: "IdentityUnknown" };
  if (!product.onboarding) return { kind: "refused", code: "CertificateRevoked" };
  const known = await findCertificateOfKey(tx, identity.id, request.publicKeyFingerprint);
  if (known !== undefined) return { kind: "issued", certificatePem: known };
  const issued = await request.issue();
  await insertCertificate(tx, identity.id, issued, clock.now());
  await notify(tx, PRODUCTS_CHANNEL);
  await audit(tx, {
    action: "product.renew-certificate",
    object: identity.id,
    by: { actor: `product ${identity.id}`, source: request.source },
    after: { certificate: issued.fingerprint },
  });
  return { kind: "issued", ...certificateOf(issued) };
}

function certificateOf({ certificatePem }: { certificatePem: string }) {
  return { certificatePem };
}
