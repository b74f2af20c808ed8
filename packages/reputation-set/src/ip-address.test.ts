import { isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./ip-address.ts";

test("any spelling of an IPv6 address gives its sixteen bytes", () => {
  const bytes = fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xff, 0xabcd), { minLength: 8, maxLength: 8 })
    .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));
  fc.assert(
    fc.property(
      bytes.filter((sixteen) => sixteen.subarray(0, 10).some((byte) => byte !== 0)),
      (sixteen) => {
        const full = Buffer.from(sixteen).toString("hex").match(/.{4}/g)?.join(":") ?? "";
        const dotted = `${full.slice(0, 29)}:${sixteen.subarray(12).join(".")}`;
        for (const text of [formatAddress(sixteen), full, full.toUpperCase(), dotted]) {
          expect(isIPv6(text)).toBe(true);
          expect(parseAddress(text)).toEqual(sixteen);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ["::", 0, 0],
  ["::1", 0, 1],
  ["1::", 1, 0],
])("%s has its groups at the right end", (text, first, last) => {
  const bytes = parseAddress(text);
  expect([bytes?.[1], bytes?.[15]]).toEqual([first, last]);
});
