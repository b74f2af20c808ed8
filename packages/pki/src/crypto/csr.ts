import { PkiError } from "../errors.ts";
import { acceptPublicKey, importSigningKeys } from "./keys.ts";
import { SIGNING, x509 } from "./x509.ts";

/** A certificate request (DER) that proves possession of the key; the CA ignores its subject. */
export async function createCsr(privateKeyPem: string, commonName: string): Promise<Buffer> {
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName.slice(0, 64)] }],
    keys: await importSigningKeys(privateKeyPem),
    signingAlgorithm: SIGNING,
  });
  return Buffer.from(csr.rawData);
}

/**
 * Public key (DER SubjectPublicKeyInfo) of a certificate request from a stranger. Nothing
 * else in it is used. Throws CsrMalformed, KeyNotAllowed or CsrUnproven.
 */
export async function publicKeyFromCsr(der: Uint8Array): Promise<Buffer> {
  const csr = parseCsr(der);
  const publicKey = acceptPublicKey(new Uint8Array(csr.publicKey.rawData));
  if (publicKey === undefined) throw new PkiError("KeyNotAllowed");
  if (!(await hasValidSignature(csr))) throw new PkiError("CsrUnproven");
  return publicKey;
}

function parseCsr(der: Uint8Array): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(der);
  } catch (cause) {
    throw new PkiError("CsrMalformed", "", { cause });
  }
}

async function hasValidSignature(csr: x509.Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await csr.verify();
  } catch {
    return false;
  }
}
