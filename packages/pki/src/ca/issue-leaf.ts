import type { Sha256 } from "@breakwater/protocol";
import { certificateFacts } from "../crypto/certificate-facts.ts";
import { toPem } from "../crypto/pem.ts";
import { SIGNING, x509 } from "../crypto/x509.ts";
import { PkiError } from "../errors.ts";
import { formatIdentityUri, type Identity } from "../identity-uri.ts";
import { newSerial, type Validity, validityFrom, YEAR } from "./ca-certificates.ts";
import type { CertificateAuthority } from "./open-ca.ts";

export const LEAF_LIFETIME = YEAR;

export type ClientLeaf = {
  readonly kind: "client";
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly identity: Identity;
  /** Milliseconds; one year unless told. */
  readonly lifetime?: number;
};

export type ServerLeaf = {
  readonly kind: "server";
  readonly publicKey: Uint8Array;
  readonly dnsNames: readonly string[];
  readonly ips: readonly string[];
  readonly lifetime?: number;
};

export type LeafRequest = ClientLeaf | ServerLeaf;

export type IssuedCertificate = {
  readonly certificatePem: string;
  readonly fingerprint: Sha256;
  readonly publicKeyFingerprint: Sha256;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
};

/**
 * Issues an end-entity certificate; everything but the public key is the server's choice.
 * It never outlives the issuing CA. Throws IssuingCaExpired when nothing useful can be issued.
 */
export async function issueLeaf(
  ca: CertificateAuthority,
  request: LeafRequest,
  now: number,
): Promise<IssuedCertificate> {
  const publicKey = new x509.PublicKey(request.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [commonName(request).slice(0, 64)] }],
    issuer: ca.issuing.subjectName,
    publicKey,
    signingKey: ca.issuingKey,
    signingAlgorithm: SIGNING,
    serialNumber: newSerial(),
    extensions: await leafExtensions(ca, publicKey, request),
    ...leafValidity(ca, request, now),
  });
  const raw = new Uint8Array(certificate.rawData);
  const { fingerprint, publicKeyFingerprint, serial, notBefore, notAfter } = certificateFacts(raw);
  return {
    certificatePem: toPem(raw),
    fingerprint,
    publicKeyFingerprint,
    serial,
    notBefore,
    notAfter,
  };
}

function leafValidity(ca: CertificateAuthority, request: LeafRequest, now: number): Validity {
  const wanted = validityFrom(now, request.lifetime ?? LEAF_LIFETIME);
  if (ca.issuing.notAfter.getTime() <= now) throw new PkiError("IssuingCaExpired");
  const latest = Math.min(wanted.notAfter.getTime(), ca.issuing.notAfter.getTime());
  return { notBefore: wanted.notBefore, notAfter: new Date(latest) };
}

async function leafExtensions(
  ca: CertificateAuthority,
  publicKey: x509.PublicKey,
  request: LeafRequest,
): Promise<x509.Extension[]> {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([request.kind === "client" ? clientAuth : serverAuth]),
    new x509.SubjectAlternativeNameExtension(alternativeNames(request)),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(ca.issuing.publicKey),
  ];
}

function alternativeNames(request: LeafRequest): x509.JsonGeneralNames {
  if (request.kind === "client") {
    return [{ type: "url", value: formatIdentityUri(request.identity) }];
  }
  return [
    ...request.dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...request.ips.map((value) => ({ type: "ip" as const, value })),
  ];
}

function commonName(request: LeafRequest): string {
  if (request.kind === "client") return request.identity.id;
  return request.dnsNames[0] ?? request.ips[0] ?? "server";
}
