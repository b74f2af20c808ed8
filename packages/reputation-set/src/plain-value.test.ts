import { ENTRY_TYPES } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canonicalSpelling,
  canonicalValue,
  detectSpelling,
  detectType,
} from "./canonical-value.ts";
import { plainValueType } from "./plain-value.ts";

test.each([
  ["198.51.100.7", "ipv4"],
  ["evil.test", "domain"],
  ["3com.evil_corp.test", "domain"],
  ["d41d8cd98f00b204e9800998ecf8427e", "md5"],
  ["198.51.100.07", undefined],
  ["198.51.100.7.", undefined],
  ["Evil.test", undefined],
  ["xn--bcher-kva.example", undefined],
  ["evil.0x1f", undefined],
  ["-evil.test", undefined],
  ["evil-.test", undefined],
  ["evil", undefined],
  [`${"a".repeat(64)}.test`, undefined],
  [`${"abc.".repeat(63)}ab`, undefined],
  ["evil.test\n", undefined],
])("%j is at a glance %s", (raw, expected) => {
  expect(plainValueType(raw)).toBe(expected);
});

test("the short way gives what the long way gives", () => {
  const character = fc.constantFrom(...Array.from("a1f.-_x0:/[é "));
  const near = fc.oneof(
    fc.string({ unit: character, maxLength: 20 }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc
      .array(fc.string({ unit: character, maxLength: 70 }), { maxLength: 6 })
      .map((l) => l.join(".")),
    fc
      .constantFrom(32, 40, 64)
      .chain((n) => fc.string({ unit: character, minLength: n, maxLength: n })),
    fc.constantFrom(32, 40, 64).chain((n) =>
      fc.string({
        unit: fc.constantFrom(...Array.from("0123456789abcdefA")),
        minLength: n,
        maxLength: n,
      }),
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...ENTRY_TYPES), near, (type, raw) => {
      expect(canonicalValue(type, raw)).toEqual(canonicalSpelling(type, raw));
      expect(detectType(raw)).toBe(detectSpelling(raw));
    }),
    { numRuns: 20_000 },
  );
});
