import type { Sha256 } from "@breakwater/protocol";
import type { CertificateFacts } from "../crypto/certificate-facts.ts";
import type { PkiErrorCode } from "../errors.ts";
import type { Identity, IdentityKind } from "../identity-uri.ts";

/**
 * What the application knows about a certificate. `active` includes the old certificate
 * during the overlap after a renewal.
 */
export type PeerStatus = "active" | "revoked" | "superseded" | "unknown";

export type AuthorizedPeer = {
  readonly kind: "authorized";
  readonly identity: Identity;
  readonly fingerprint: Sha256;
  readonly publicKeyFingerprint: Sha256;
  readonly notAfter: number;
};

export type RefusedPeer = {
  readonly kind: "refused";
  readonly code: PkiErrorCode;
  /** Known when the certificate could be read: for logs only, it proves nothing. */
  readonly claimed?: Identity;
};

export type PeerDecision = AuthorizedPeer | RefusedPeer;

/** What the TLS layer said about one connection; it does not change while the connection lives. */
export type PeerConnection = {
  /** Undefined when the client presented no certificate, or one that cannot be read. */
  readonly facts: CertificateFacts | undefined;
  readonly authorized: boolean;
  /** OpenSSL's name of the first problem. */
  readonly authorizationError: string | undefined;
};

export type PeerRules = {
  readonly trustDomain: string;
  readonly kinds: readonly IdentityKind[];
  readonly lookup: (identity: Identity, fingerprint: Sha256) => PeerStatus;
};

/** Decides on one request. Never trust the identity before the chain (ASVS 12.1.3). */
export function decidePeer(
  connection: PeerConnection,
  rules: PeerRules,
  now: number,
): PeerDecision {
  const { facts } = connection;
  if (facts === undefined) return { kind: "refused", code: "CertificateMissing" };
  const { identity, fingerprint, publicKeyFingerprint, notAfter } = facts;
  const claimed = identity === undefined ? {} : { claimed: identity };
  const code = chainProblem(connection) ?? validityProblem(facts, now) ?? usageProblem(facts);
  if (code !== undefined) return { kind: "refused", code, ...claimed };
  if (
    identity === undefined ||
    identity.trustDomain !== rules.trustDomain ||
    !rules.kinds.includes(identity.kind)
  ) {
    return { kind: "refused", code: "CertificateNoIdentity", ...claimed };
  }
  const refusal = statusProblem(rules.lookup(identity, fingerprint));
  if (refusal !== undefined) return { kind: "refused", code: refusal, ...claimed };
  return { kind: "authorized", identity, fingerprint, publicKeyFingerprint, notAfter };
}

function chainProblem(connection: PeerConnection): PkiErrorCode | undefined {
  if (connection.authorized) return undefined;
  switch (connection.authorizationError) {
    case "CERT_HAS_EXPIRED":
      return "CertificateExpired";
    case "CERT_NOT_YET_VALID":
      return "CertificateNotYetValid";
    case "INVALID_PURPOSE":
      return "CertificateWrongUsage";
    default:
      return "CertificateForeign";
  }
}

/** Again at every request: a connection, and a resumed session, may outlive the certificate. */
function validityProblem(facts: CertificateFacts, now: number): PkiErrorCode | undefined {
  if (now >= facts.notAfter) return "CertificateExpired";
  return now < facts.notBefore ? "CertificateNotYetValid" : undefined;
}

/** OpenSSL lets a certificate without any extended key usage pass for every purpose. */
function usageProblem(facts: CertificateFacts): PkiErrorCode | undefined {
  return facts.clientUsage && !facts.isCa ? undefined : "CertificateWrongUsage";
}

function statusProblem(status: PeerStatus): PkiErrorCode | undefined {
  switch (status) {
    case "active":
      return undefined;
    case "revoked":
      return "CertificateRevoked";
    case "superseded":
      return "CertificateSuperseded";
    case "unknown":
      return "IdentityUnknown";
  }
}
