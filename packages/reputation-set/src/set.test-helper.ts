import {
  ENTRY_TYPES,
  type EntryType,
  SetId,
  type SetMember,
  type SetOperation,
} from "@breakwater/protocol";
import fc from "fast-check";
import { canonicalValue } from "./canonical-value.ts";

export const SET = SetId.parse("5f2f9e7e-52c2-4d3c-9a34-0f0a0a7b6a11");

/** Few values, so that additions, changes and removals meet. */
export const memberArbitrary: fc.Arbitrary<SetMember> = fc
  .tuple(fc.constantFrom(...ENTRY_TYPES), fc.nat(30), fc.integer({ min: 1, max: 4 }))
  .map(([type, n, filter]) => ({ type, value: exampleValue(type, n), filter }));

export const operationArbitrary: fc.Arbitrary<SetOperation> = fc
  .tuple(memberArbitrary, fc.boolean())
  .map(([{ type, value, filter }, add]) => (add ? ["+", type, value, filter] : ["-", type, value]));

export function exampleValue(type: EntryType, n: number): string {
  const result = canonicalValue(type, rawValue(type, n));
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

function rawValue(type: EntryType, n: number): string {
  switch (type) {
    case "ipv4":
      return `10.${n % 3}.0.${n}`;
    case "ipv6":
      return `2001:db8::${n.toString(16)}`;
    case "cidr":
      return n % 2 === 0 ? `10.${n}.0.0/${8 + (n % 24)}` : `2001:db8:${n}::/${32 + n}`;
    case "domain":
    case "domain-exact":
      return `${"sub.".repeat(n % 4)}host${n}.example.test`;
    case "url":
      return `host${n % 5}.example.test/path/${n}?q=${n}`;
    case "md5":
      return n.toString(16).padStart(32, "0");
    case "sha1":
      return n.toString(16).padStart(40, "0");
    case "sha256":
      return n.toString(16).padStart(64, "0");
  }
}
