import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type FeedDigestInput,
  feedObjectDigest,
  sumDigests,
  toFeedChecksum,
} from "./feed-checksum.ts";

const object: FeedDigestInput = {
  type: "ip",
  value: "192.0.2.1",
  riskLevel: "High",
  scanAction: "block",
  expires: "2030-01-01T00:00:00.000Z",
};

test("the digest does not change from one version to the next", () => {
  expect(toFeedChecksum(feedObjectDigest(object))).toBe("7737e364344ee8d3515b5999df5e4c73");
});

test("every covered field counts, and equal instants are equal", () => {
  const others: FeedDigestInput[] = [
    { ...object, type: "domain" },
    { ...object, value: "192.0.2.2" },
    { ...object, riskLevel: "Low" },
    { ...object, scanAction: "log" },
    { ...object, expires: null },
  ];
  const digests = new Set([object, ...others].map(feedObjectDigest));
  expect(digests.size).toBe(6);
  const sameInstant = { ...object, expires: "2030-01-01T01:00:00+01:00" };
  expect(feedObjectDigest(sameInstant)).toBe(feedObjectDigest(object));
});

test("the sum forgets what is taken out, in any order", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), (values, at) => {
      const digests = values.map((value) => feedObjectDigest({ ...object, value }));
      const out = digests[at % digests.length] ?? 0n;
      const rest = digests.filter((one) => one !== out).toReversed();
      expect(sumDigests(digests, [out])).toBe(sumDigests(rest));
    }),
  );
});
