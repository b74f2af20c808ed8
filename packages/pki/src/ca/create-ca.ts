import { AppError } from "@breakwater/protocol";
import { generatePrivateKey, importSigningKeys } from "../crypto/keys.ts";
import { toPem } from "../crypto/pem.ts";
import { isTrustDomain } from "../identity-uri.ts";
import {
  type CaSubject,
  createIssuingCertificate,
  createRootCertificate,
  validityFrom,
  YEAR,
} from "./ca-certificates.ts";
import type { CaMaterial } from "./ca-material.ts";

export const ROOT_LIFETIME = 10 * YEAR;
export const ISSUING_LIFETIME = 3 * YEAR;

/** A new root and issuing CA, both P-256. `name` is for people, e.g. "Breakwater hub". */
export async function createCa(subject: CaSubject, now: () => number): Promise<CaMaterial> {
  if (!isTrustDomain(subject.trustDomain)) {
    throw new AppError(
      "InvalidRequest",
      `trustDomain: "${subject.trustDomain}" is not a trust domain. Use lower-case letters, digits, "-", "_" and "."`,
    );
  }
  const [rootKey, issuingKey] = await Promise.all([generatePrivateKey(), generatePrivateKey()]);
  const rootKeys = await importSigningKeys(rootKey);
  const issuingKeys = await importSigningKeys(issuingKey);
  const root = await createRootCertificate(rootKeys, subject, validityFrom(now(), ROOT_LIFETIME));
  const issuing = await createIssuingCertificate(
    issuingKeys.publicKey,
    subject,
    validityFrom(now(), ISSUING_LIFETIME),
    { certificate: root, key: rootKeys.privateKey },
  );
  return {
    version: 1,
    rootCertificate: toPem(new Uint8Array(root.rawData)),
    rootKey,
    issuingCertificate: toPem(new Uint8Array(issuing.rawData)),
    issuingKey,
    furtherRoots: [],
  };
}
