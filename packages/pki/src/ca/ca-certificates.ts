import { randomBytes, type webcrypto } from "node:crypto";
import { SIGNING, x509 } from "../crypto/x509.ts";

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const YEAR = 365 * DAY;
/** Certificates start in the past, because a peer's clock may be behind ours. */
const BACK_DATED = HOUR;

export type Validity = { readonly notBefore: Date; readonly notAfter: Date };

/** Whole seconds: X.509 has no finer time. */
export function validityFrom(now: number, lifetime: number): Validity {
  const second = Math.floor(now / 1000) * 1000;
  return { notBefore: new Date(second - BACK_DATED), notAfter: new Date(second + lifetime) };
}

/** 16 random bytes whose first two bits are 01: positive and never shortened (RFC 5280, 4.1.2.2). */
export function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

export type CaSubject = { readonly trustDomain: string; readonly name: string };

export function createRootCertificate(
  keys: webcrypto.CryptoKeyPair,
  subject: CaSubject,
  validity: Validity,
): Promise<x509.X509Certificate> {
  return caExtensions(keys.publicKey, subject, undefined).then((extensions) =>
    x509.X509CertificateGenerator.createSelfSigned({
      name: [{ O: ["Breakwater"] }, { CN: [`${subject.name} root`.slice(0, 64)] }],
      keys,
      serialNumber: newSerial(),
      signingAlgorithm: SIGNING,
      extensions,
      ...validity,
    }),
  );
}

export async function createIssuingCertificate(
  publicKey: webcrypto.CryptoKey,
  subject: CaSubject,
  validity: Validity,
  root: { certificate: x509.X509Certificate; key: webcrypto.CryptoKey },
): Promise<x509.X509Certificate> {
  const extensions = await caExtensions(publicKey, subject, 0);
  extensions.push(await x509.AuthorityKeyIdentifierExtension.create(root.certificate.publicKey));
  return x509.X509CertificateGenerator.create({
    // The serial in the name keeps successive issuing CAs apart for chain builders.
    subject: [
      { O: ["Breakwater"] },
      { CN: [`${subject.name} issuing ${newSerial().slice(0, 8)}`.slice(0, 64)] },
    ],
    issuer: root.certificate.subjectName,
    publicKey,
    signingKey: root.key,
    signingAlgorithm: SIGNING,
    serialNumber: newSerial(),
    extensions,
    ...validity,
  });
}

async function caExtensions(
  publicKey: webcrypto.CryptoKey,
  subject: CaSubject,
  pathLength: number | undefined,
): Promise<x509.Extension[]> {
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
    // SPIFFE: a signing certificate names its trust domain, and nothing below it.
    new x509.SubjectAlternativeNameExtension([
      { type: "url", value: `spiffe://${subject.trustDomain}` },
    ]),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}
