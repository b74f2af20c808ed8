import { decodeBase64Lenient, encodeBase64Lines } from "./base64.ts";
import { splitPem, toPem } from "./pem.ts";
import { x509 } from "./x509.ts";

/** Certs-only PKCS#7 (RFC 5272, 4.1) of PEM certificates, in base64 lines. */
export function encodeCertsOnly(pems: readonly string[]): string {
  const certificates = pems.flatMap(splitPem).map((pem) => new x509.X509Certificate(pem));
  return encodeBase64Lines(new Uint8Array(new x509.X509Certificates(certificates).export("raw")));
}

/** The certificates (PEM) in a certs-only answer, or undefined when it is something else. */
export function decodeCertsOnly(body: string): string[] | undefined {
  const der = decodeBase64Lenient(body);
  if (der === undefined) return undefined;
  try {
    return new x509.X509Certificates(der).map((certificate) =>
      toPem(new Uint8Array(certificate.rawData)),
    );
  } catch {
    return undefined;
  }
}
