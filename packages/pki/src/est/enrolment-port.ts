import type { Sha256, TokenId } from "@breakwater/protocol";
import type { IssuedCertificate } from "../ca/issue-leaf.ts";
import type { PkiErrorCode } from "../errors.ts";
import type { Identity } from "../identity-uri.ts";

/** Signs a certificate for the requested key; `lifetime` in ms, one year unless told. */
export type Issue = (identity: Identity, lifetime?: number) => Promise<IssuedCertificate>;

export type EnrolRequest = {
  readonly tokenId: TokenId;
  readonly secretHash: Sha256;
  readonly publicKeyFingerprint: Sha256;
  /** The client's address, for the audit log. */
  readonly source: string;
  readonly issue: Issue;
};

export type ReenrolRequest = {
  /** From the presented certificate, which the peer verifier has accepted. */
  readonly identity: Identity;
  readonly presentedFingerprint: Sha256;
  readonly publicKeyFingerprint: Sha256;
  readonly source: string;
  /** Bound to the presented identity. */
  readonly issue: () => Promise<IssuedCertificate>;
};

export type EnrolOutcome =
  | { readonly kind: "issued"; readonly certificatePem: string }
  | { readonly kind: "refused"; readonly code: PkiErrorCode };

/**
 * What the application decides and stores. Each function is one database transaction: it
 * locks the token or identity, decides, calls `issue`, records certificate and use, commits,
 * and only then answers.
 */
export type EnrolmentPort = {
  /** Use `decideEnrolment`; the application chooses the identity that the token stands for. */
  enroll(request: EnrolRequest): Promise<EnrolOutcome>;
  /** The same new key again must get the same certificate again: a reply may have been lost. */
  reenroll(request: ReenrolRequest): Promise<EnrolOutcome>;
};
