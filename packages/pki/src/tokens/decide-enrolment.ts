import { timingSafeEqual } from "node:crypto";
import type { Sha256 } from "@breakwater/protocol";
import type { PkiErrorCode } from "../errors.ts";

/** An enrollment token as its server stores it; times in ms. */
export type TokenRow = {
  readonly secretHash: Sha256;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** Set once, in the transaction that records the certificate. */
  readonly used: { readonly publicKeyFingerprint: Sha256; readonly certificatePem: string } | null;
};

export type EnrolmentDecision =
  | { readonly kind: "issue" }
  /** A lost reply is asked for again: give the same certificate. */
  | { readonly kind: "repeat"; readonly certificatePem: string }
  | { readonly kind: "refused"; readonly code: PkiErrorCode };

/**
 * What a token is worth now. Call it inside the transaction that holds the token's row
 * locked, and mark the row used before that transaction commits.
 *
 *   unknown or wrong secret → refused     withdrawn → refused
 *   used, same key          → repeat      used, other key → refused
 *   unused, expired         → refused     unused → issue
 *
 * A retry by the same key is answered after expiry too: the token is not worth more by it.
 */
export function decideEnrolment(
  row: TokenRow | undefined,
  request: { readonly secretHash: Sha256; readonly publicKeyFingerprint: Sha256 },
  now: number,
): EnrolmentDecision {
  if (row === undefined || !isSameHash(row.secretHash, request.secretHash)) {
    return { kind: "refused", code: "TokenUnknown" };
  }
  if (row.revokedAt !== null) return { kind: "refused", code: "TokenRevoked" };
  if (row.used !== null) {
    return row.used.publicKeyFingerprint === request.publicKeyFingerprint
      ? { kind: "repeat", certificatePem: row.used.certificatePem }
      : { kind: "refused", code: "TokenUsed" };
  }
  return row.expiresAt <= now ? { kind: "refused", code: "TokenExpired" } : { kind: "issue" };
}

function isSameHash(left: Sha256, right: Sha256): boolean {
  return timingSafeEqual(Buffer.from(left, "hex"), Buffer.from(right, "hex"));
}
