import { ENTRY_TYPES, type EntryType } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isKey, keyOf, valueOf } from "./member-key.ts";

test.each<[EntryType, string]>([
  ["ipv4", "1..2.3"],
  ["ipv4", "1.2.3."],
  ["ipv4", ".1.2.3"],
  ["ipv4", "1.2.3.4.5"],
  ["ipv4", "1.2.3.4/"],
  ["ipv4", "1:.2.3.4"],
  ["ipv4", "01.2.3.4"],
  ["ipv4", "1.2.3.256"],
  ["ipv4", ""],
  ["ipv6", "::ffff:1.2.3.4"],
  ["cidr", "0.0.0.0/0"],
  ["cidr", "10.0.0.0"],
  ["md5", "a".repeat(33)],
  ["sha1", "g".repeat(40)],
  ["domain", "has space.test"],
  ["url", "evil.test/é"],
  ["url", ""],
])("%s %j has no key", (type, value) => {
  expect(() => keyOf(type, value)).toThrow(RangeError);
});

test("bytes are a key only if they are the key of the value they spell", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ minLength: 18, maxLength: 18 }).map((key) => {
      key[0] = (key[0] ?? 0) % 2 === 0 ? 4 : 6;
      key[1] = (key[1] ?? 0) % 40;
      return key;
    }),
    fc
      .tuple(fc.constantFrom(4, 6), fc.nat(128), fc.uint8Array({ maxLength: 4 }))
      .map(([family, prefix, start]) => {
        const key = new Uint8Array(18);
        key.set([family, prefix, ...start]);
        return key;
      }),
    fc
      .uint8Array({ minLength: 4, maxLength: 4 })
      .map((end) => Uint8Array.from([...Array(10).fill(0), 0xff, 0xff, ...end])),
  );
  fc.assert(
    fc.property(fc.constantFrom(...ENTRY_TYPES), bytes, (type, key) => {
      if (!isKey(type, key)) return;
      expect([...keyOf(type, valueOf(type, key) ?? "")]).toEqual([...key]);
    }),
    { numRuns: 20_000 },
  );
});
