import type { PeerStatus } from "./peer-decision.ts";

/** How long the old certificate stays good after the new one was used for the first time. */
export const SUPERSEDED_OVERLAP = 24 * 3_600_000;

/** One issued certificate as its server stores it; times in ms. */
export type CertificateRow = {
  readonly revokedAt: number | null;
  /** When a newer certificate of the same identity was used for the first time. */
  readonly supersededAt: number | null;
};

/** Status for the peer verifier; undefined means that no such certificate was ever issued. */
export function certificateStatus(row: CertificateRow | undefined, now: number): PeerStatus {
  if (row === undefined) return "unknown";
  if (row.revokedAt !== null) return "revoked";
  const isReplaced = row.supersededAt !== null && now >= row.supersededAt + SUPERSEDED_OVERLAP;
  return isReplaced ? "superseded" : "active";
}
