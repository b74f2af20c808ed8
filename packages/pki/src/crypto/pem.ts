import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM of one certificate, always in the same spelling and with a final newline. */
export function toPem(certificate: Uint8Array | X509Certificate): string {
  const native =
    certificate instanceof X509Certificate ? certificate : new X509Certificate(certificate);
  return native.toString();
}

/** The certificates of a PEM bundle, in order. */
export function splitPem(bundle: string): string[] {
  return (bundle.match(CERTIFICATE) ?? []).map((pem) => toPem(Buffer.from(pem)));
}
