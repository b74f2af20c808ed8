import type { SetOperation, SetPosition } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSnapshot, positionOf } from "./encode-snapshot.ts";
import { mergeSnapshot } from "./merge-snapshot.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { memberArbitrary, operationArbitrary, SET } from "./set.test-helper.ts";
import { applyOperation } from "./set-delta.ts";

const limits = { maxMembers: 100_000 };

async function merged(
  snapshot: Iterable<Buffer>,
  operations: readonly SetOperation[],
  position: SetPosition,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of mergeSnapshot(snapshot, operations, position, limits)) parts.push(part);
  return Buffer.concat(parts);
}

test("a snapshot with operations worked in is the snapshot of the set after them, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(memberArbitrary, { maxLength: 80 }),
      fc.array(operationArbitrary, { maxLength: 80 }),
      async (members, operations) => {
        const index = new ReputationIndex();
        for (const { type, value, filter } of members) index.put(type, value, filter);
        const before = [...encodeSnapshot(index, SET, 1)];
        for (const operation of operations) applyOperation(index, operation);
        const after = await merged(before, operations, positionOf(index, SET, 2));
        expect(after.equals(Buffer.concat([...encodeSnapshot(index, SET, 2)]))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test("operations that lead elsewhere are refused", async () => {
  const index = new ReputationIndex();
  index.put("domain", "evil.test", 1);
  const snapshot = [...encodeSnapshot(index, SET, 1)];
  const wrong = merged(snapshot, [["-", "domain", "evil.test"]], positionOf(index, SET, 2));
  await expect(wrong).rejects.toThrow(/do not lead to the set/);
});
