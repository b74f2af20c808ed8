import type { Sha256 } from "@breakwater/protocol";
import { type CertificateFacts, certificateFacts } from "../crypto/certificate-facts.ts";
import { publicKeyFingerprint, publicKeyOf } from "../crypto/keys.ts";
import { verifyChain } from "../crypto/verify-chain.ts";
import { PkiError } from "../errors.ts";
import { formatIdentityUri, type Identity } from "../identity-uri.ts";
import type { CaBundle } from "./est-client.ts";

export type AcceptedCertificate = {
  /** Leaf, then its intermediates: what TLS must send. PEM. */
  readonly chain: string;
  readonly facts: CertificateFacts;
  readonly identity: Identity;
};

/**
 * Finds the certificate for our key in a server's answer and checks that it is usable: key,
 * chain up to a trusted root, validity, client usage, identity. Throws ServerAnswerInvalid.
 */
export function acceptCertificate(input: {
  readonly certificates: readonly string[];
  readonly privateKeyPem: string;
  readonly ca: CaBundle;
  readonly now: number;
}): AcceptedCertificate {
  const ours = publicKeyFingerprint(publicKeyOf(input.privateKeyPem));
  const leaf = input.certificates.find((pem) => keyOf(pem) === ours);
  if (leaf === undefined) throw invalid("it holds no certificate for our key");
  const facts = certificateFacts(leaf);
  if (facts.identity === undefined || !facts.clientUsage) {
    throw invalid("the certificate names no identity, or is not for clients");
  }
  const path = verifyChain({
    leaf,
    intermediates: [...input.ca.intermediates, ...input.certificates],
    roots: input.ca.roots,
    now: input.now,
  });
  if (path === undefined) {
    const clock = new Date(input.now).toISOString();
    throw invalid(`the certificate does not chain to the CA, or is not valid at ${clock}`);
  }
  return { chain: path.join(""), facts, identity: facts.identity };
}

export function assertSameIdentity(accepted: AcceptedCertificate, expected: Identity): void {
  const [got, wanted] = [formatIdentityUri(accepted.identity), formatIdentityUri(expected)];
  if (got !== wanted) throw invalid(`the certificate is for ${got} instead of ${wanted}`);
}

function keyOf(pem: string): Sha256 | undefined {
  try {
    return certificateFacts(pem).publicKeyFingerprint;
  } catch {
    return undefined;
  }
}

function invalid(why: string): PkiError {
  return new PkiError("ServerAnswerInvalid", why);
}
