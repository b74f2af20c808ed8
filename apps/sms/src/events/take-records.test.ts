import fc from "fast-check";
import { expect, test } from "vitest";
import { detection } from "../simulated-agent.test-helper.ts";
import { takeRecords } from "./take-records.ts";

const data = (seq: number) => ({ seq, record: detection() });
const gap = (seq: number) => ({ seq, record: detection({ kind: "gap" }) });

test.each([
  ["a fresh batch", [data(0), data(1)], 0, [0, 1], 2],
  ["a repeated batch", [data(0), data(1)], 2, [], 2],
  ["an overlap", [data(1), data(2)], 2, [2], 3],
  ["a batch from the future", [data(5)], 2, [], 2],
  ["a reported loss", [gap(5), data(6)], 2, [5, 6], 7],
  ["a jump that nobody reports", [data(2), data(4)], 2, [2], 3],
  ["a loss reported again", [gap(5), data(6)], 6, [6], 7],
])("%s", (_, records, next, taken, wanted) => {
  const result = takeRecords(records, next);
  expect(result.fresh.map((one) => one.seq)).toEqual(taken);
  expect(result.next).toBe(wanted);
});

test("whatever is repeated, reordered or lost on the way, every record is taken once, in order", () => {
  const cut = fc.tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 1, max: 6 }));
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 40 }), (batches) => {
      let next = 0;
      const stored: number[] = [];
      const send = (from: number, length: number) => {
        const records = Array.from({ length: Math.min(length, 20 - from) }, (_, i) =>
          data(from + i),
        );
        const taken = takeRecords(records, next);
        stored.push(...taken.fresh.map((one) => one.seq));
        next = taken.next;
      };
      for (const [from, length] of batches) send(from, length);
      // The sender goes on from what is wanted.
      while (next < 20) send(next, 6);
      expect(stored).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }),
  );
});
