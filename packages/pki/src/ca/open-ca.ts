import { createPrivateKey, type webcrypto, X509Certificate } from "node:crypto";
import { AppError, type Sha256 } from "@breakwater/protocol";
import { importSigningKeys, sha256 } from "../crypto/keys.ts";
import { splitPem } from "../crypto/pem.ts";
import { x509 } from "../crypto/x509.ts";
import { isTrustDomain } from "../identity-uri.ts";
import type { CaMaterial, KeyGuard } from "./ca-material.ts";

/** A CA ready to issue. */
export type CertificateAuthority = {
  readonly trustDomain: string;
  readonly issuing: x509.X509Certificate;
  readonly issuingKey: webcrypto.CryptoKey;
  readonly issuingPem: string;
  /** Trust anchors for clients, own root first. PEM. */
  readonly roots: readonly string[];
  /** For TLS options `ca`: roots and issuing CA, so that a leaf without its chain is accepted. */
  readonly trusted: readonly string[];
  /** SHA-256 of the root's DER: what enrollment tokens carry. */
  readonly pin: Sha256;
};

/**
 * Opens stored CA material. Throws Unprocessable when parts do not belong together, so that
 * a half-restored backup is found at start and not at the first connection.
 */
export async function openCa(
  material: CaMaterial,
  options: { guard?: KeyGuard } = {},
): Promise<CertificateAuthority> {
  const issuingKey = await openKey(material.issuingKey, options.guard);
  const issuing = new X509Certificate(material.issuingCertificate);
  const root = new X509Certificate(material.rootCertificate);
  if (!issuing.checkPrivateKey(createPrivateKey(issuingKey))) {
    throw broken("the issuing key does not belong to the issuing certificate");
  }
  if (!issuing.checkIssued(root) || !issuing.verify(root.publicKey)) {
    throw broken("the issuing certificate was not signed by the root certificate");
  }
  const roots = [material.rootCertificate, ...material.furtherRoots].flatMap(splitPem);
  const parsed = new x509.X509Certificate(issuing.raw);
  return {
    trustDomain: trustDomainOf(parsed),
    issuing: parsed,
    issuingKey: (await importSigningKeys(issuingKey)).privateKey,
    issuingPem: issuing.toString(),
    roots,
    trusted: [...roots, issuing.toString()],
    pin: sha256(root.raw),
  };
}

async function openKey(stored: string, guard: KeyGuard | undefined): Promise<string> {
  if (guard !== undefined) return guard.open(stored);
  if (stored.includes("PRIVATE KEY-----")) return stored;
  throw broken("the private key is sealed and no key to open it was given");
}

function trustDomainOf(certificate: x509.X509Certificate): string {
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const uri = names.find((name) => name.type === "url")?.value ?? "";
  const trustDomain = uri.replace(/^spiffe:\/\//, "");
  if (!uri.startsWith("spiffe://") || !isTrustDomain(trustDomain)) {
    throw broken("the issuing certificate names no trust domain");
  }
  return trustDomain;
}

function broken(why: string): AppError {
  return new AppError(
    "Unprocessable",
    `The stored CA is unusable: ${why}. Restore it from one backup.`,
  );
}
