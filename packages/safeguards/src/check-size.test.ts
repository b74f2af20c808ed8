import { DEFAULT_SAFEGUARD_SETTINGS } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSize, type SizeChange } from "./check-size.ts";

const limits = DEFAULT_SAFEGUARD_SETTINGS.size;

function change(before: number, after: number): SizeChange {
  return {
    before,
    after,
    added: Math.max(0, after - before),
    removed: Math.max(0, before - after),
  };
}

test.each([
  [0, 0, undefined],
  [0, 5_000_000, undefined],
  [1, 0, "source-empty"],
  [100_000, 0, "source-empty"],
  [100, 1, undefined],
  [200, 99, "source-shrunk"],
  [200, 100, undefined],
  [100_000, 49_999, "source-shrunk"],
  [100_000, 50_000, undefined],
  [2000, 12_000, undefined],
  [2000, 12_001, "source-grown"],
  [10_000, 50_000, undefined],
  [10_000, 50_001, "source-grown"],
])("from %i to %i entries: %s", (before, after, code) => {
  expect(checkSize(change(before, after), limits)?.code).toBe(code);
});

test("says what changed", () => {
  const shrunk = { before: 12_000, after: 2000, added: 500, removed: 10_500 };
  expect(checkSize(shrunk, limits)).toMatchObject({
    code: "source-shrunk",
    reason: "The source shrinks by 83 %, from 12,000 entries to 2,000 (10,500 would go)",
  });
  expect(checkSize(change(1, 0), limits)?.reason).toBe(
    "The source sends nothing, and had one entry",
  );
});

test("what is held stays held when it is more extreme", () => {
  const size = fc.nat(1_000_000);
  fc.assert(
    fc.property(size, size, fc.nat(1000), (before, after, more) => {
      const held = checkSize(change(before, after), limits);
      if (held === undefined) return;
      const further = after > before ? after + more : Math.max(0, after - more);
      expect(checkSize(change(before, further), limits)).toBeDefined();
    }),
    { numRuns: 1000 },
  );
});
