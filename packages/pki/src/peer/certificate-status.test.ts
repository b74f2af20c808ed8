import { expect, test } from "vitest";
import { certificateStatus, SUPERSEDED_OVERLAP } from "./certificate-status.ts";

test.each([
  ["never issued", undefined, 0, "unknown"],
  ["good", { revokedAt: null, supersededAt: null }, 10, "active"],
  ["revoked", { revokedAt: 5, supersededAt: 5 }, 5, "revoked"],
  ["in the overlap", { revokedAt: null, supersededAt: 5 }, 4 + SUPERSEDED_OVERLAP, "active"],
  ["after the overlap", { revokedAt: null, supersededAt: 5 }, 5 + SUPERSEDED_OVERLAP, "superseded"],
])("a certificate that is %s", (_name, row, now, status) => {
  expect(certificateStatus(row, now)).toBe(status);
});
