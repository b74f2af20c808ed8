import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../crypto/keys.ts";
import { decideEnrolment, type TokenRow } from "./decide-enrolment.ts";

const row: TokenRow = {
  secretHash: sha256("secret"),
  expiresAt: 1000,
  revokedAt: null,
  used: null,
};
const request = { secretHash: sha256("secret"), publicKeyFingerprint: sha256("key") };
const used = { publicKeyFingerprint: sha256("key"), certificatePem: "PEM" };

test.each([
  ["a fresh token issues", row, request, 999, { kind: "issue" }],
  ["an unknown token", undefined, request, 0, { kind: "refused", code: "TokenUnknown" }],
  [
    "a wrong secret, even of a used token, says no more than unknown",
    { ...row, used },
    { ...request, secretHash: sha256("guess") },
    0,
    { kind: "refused", code: "TokenUnknown" },
  ],
  ["an expired token", row, request, 1000, { kind: "refused", code: "TokenExpired" }],
  [
    "a withdrawn token",
    { ...row, revokedAt: 5 },
    request,
    10,
    { kind: "refused", code: "TokenRevoked" },
  ],
  ["the same key again", { ...row, used }, request, 10, { kind: "repeat", certificatePem: "PEM" }],
  [
    "the same key again after expiry",
    { ...row, used },
    request,
    5000,
    { kind: "repeat", certificatePem: "PEM" },
  ],
  [
    "another key",
    { ...row, used },
    { ...request, publicKeyFingerprint: sha256("other") },
    10,
    { kind: "refused", code: "TokenUsed" },
  ],
])("%s", (_name, token, asked, now, decision) => {
  expect(decideEnrolment(token, asked, now)).toEqual(decision);
});

test("whatever the order of requests, one token gives certificates to at most one key", () => {
  const keys = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 0, max: 30 }), (asked, expiry) => {
      let token: TokenRow = { ...row, expiresAt: expiry };
      const winners = new Set<number>();
      for (const [now, key] of asked.entries()) {
        const publicKeyFingerprint = sha256(`key ${key}`);
        const decision = decideEnrolment(token, { ...request, publicKeyFingerprint }, now);
        if (decision.kind === "refused") continue;
        winners.add(key);
        const certificatePem = `for ${key}`;
        if (decision.kind === "issue") {
          token = { ...token, used: { publicKeyFingerprint, certificatePem } };
        }
        expect(token.used?.certificatePem).toBe(certificatePem);
      }
      expect(winners.size).toBeLessThanOrEqual(1);
    }),
  );
});
