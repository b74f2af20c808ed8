import { hash } from "node:crypto";
import { type FeedObject, SetChecksum } from "@breakwater/protocol";

/** The part of a feed object that its checksum covers. `expires` is ISO 8601 or null. */
export type FeedDigestInput = Pick<
  FeedObject,
  "type" | "value" | "riskLevel" | "scanAction" | "expires"
>;

/**
 * 128 bits that stand for one object of the hub's feed: type, value, risk, action and expiry (ms
 * since 1970, empty for never), joined by line feeds, under SHA-256. The checksum of a feed position
 * is the sum of the digests of all live objects mod 2^128: order does not matter, and a change
 * costs one subtraction and one addition.
 */
export function feedObjectDigest(object: FeedDigestInput): bigint {
  const expires = object.expires === null ? "" : String(Date.parse(object.expires));
  const text = [object.type, object.value, object.riskLevel, object.scanAction, expires].join("\n");
  return BigInt(`0x${hash("sha256", text, "hex").slice(0, 32)}`);
}

/** Sum of `added` minus sum of `removed` mod 2^128, never negative. */
export function sumDigests(added: Iterable<bigint>, removed: Iterable<bigint> = []): bigint {
  let sum = 0n;
  for (const digest of added) sum += digest;
  for (const digest of removed) sum -= digest;
  return BigInt.asUintN(128, sum);
}

export function toFeedChecksum(sum: bigint): SetChecksum {
  return SetChecksum.parse(BigInt.asUintN(128, sum).toString(16).padStart(32, "0"));
}
