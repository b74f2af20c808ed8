import { X509Certificate } from "node:crypto";
import type { Sha256 } from "@breakwater/protocol";
import { type Identity, parseIdentityUri } from "../identity-uri.ts";
import { publicKeyFingerprint, sha256 } from "./keys.ts";
import { x509 } from "./x509.ts";

export type CertificateFacts = {
  /** SHA-256 of the DER: the name under which a certificate is recorded and revoked. */
  readonly fingerprint: Sha256;
  readonly publicKeyFingerprint: Sha256;
  readonly serial: string;
  /** Undefined unless there is exactly one URI in the alternative names, and it is ours. */
  readonly identity: Identity | undefined;
  readonly clientUsage: boolean;
  readonly isCa: boolean;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
};

/** Reads what we decide on from a certificate (DER or PEM); throws when it is not one. */
export function certificateFacts(certificate: Uint8Array | string): CertificateFacts {
  const native = new X509Certificate(certificate);
  const parsed = new x509.X509Certificate(native.raw);
  const usages = parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [];
  const publicKey = native.publicKey.export({ type: "spki", format: "der" });
  return {
    fingerprint: sha256(native.raw),
    publicKeyFingerprint: publicKeyFingerprint(publicKey),
    serial: native.serialNumber.toLowerCase(),
    identity: identityOf(parsed),
    clientUsage: usages.includes(x509.ExtendedKeyUsage.clientAuth),
    isCa: native.ca,
    notBefore: parsed.notBefore.getTime(),
    notAfter: parsed.notAfter.getTime(),
  };
}

function identityOf(certificate: x509.X509Certificate): Identity | undefined {
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const [uri, ...more] = names.filter((name) => name.type === "url").map((name) => name.value);
  return uri === undefined || more.length > 0 ? undefined : parseIdentityUri(uri);
}
