import { AppError } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadSnapshot } from "./decode-snapshot.ts";
import { encodeSnapshot } from "./encode-snapshot.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { memberArbitrary, SET } from "./set.test-helper.ts";
import { EMPTY_CHECKSUM } from "./set-checksum.ts";
import { decodeDelta } from "./set-delta.ts";
import { encodeHeader, endOfBlocks } from "./snapshot-format.ts";

const limits = { maxMembers: 20_000_000 };

type Mutation = { at: number; byte: number } | { cut: number } | { from: number; to: number };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ cut: fc.nat() }),
  fc.record({ from: fc.nat(), to: fc.nat() }),
);

/** Bytes changed, the end cut off, or a piece copied over another. */
function mutate(bytes: Buffer, mutations: readonly Mutation[]): Buffer {
  let changed = Buffer.from(bytes);
  for (const one of mutations) {
    const place = (n: number) => n % Math.max(1, changed.length);
    if ("cut" in one) changed = changed.subarray(0, place(one.cut));
    else if ("at" in one) changed[place(one.at)] = one.byte;
    else changed.copy(changed, place(one.to), place(one.from), place(one.from) + 40);
  }
  return changed;
}

test("a mutated snapshot is refused, or is the same set", async () => {
  const members = fc.array(memberArbitrary, { minLength: 1, maxLength: 40 });
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(members, mutations, async (list, changes) => {
      const index = new ReputationIndex();
      for (const { type, value, filter } of list) index.put(type, value, filter);
      const bytes = mutate(Buffer.concat([...encodeSnapshot(index, SET, 1)]), changes);
      const loaded = await loadSnapshot([bytes], limits).catch((error: unknown) => {
        expect(error).toBeInstanceOf(AppError);
        return undefined;
      });
      if (loaded !== undefined) expect(loaded.index.checksum).toBe(index.checksum);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["the same address twice", Buffer.from([10, 0, 0, 1, 10, 0, 0, 1]), 0, 2],
  ["a name and then what it begins with", Buffer.from("\0\x02\0ab\x01\0\0", "latin1"), 3, 2],
  ["the same name twice", Buffer.from("\0\x02\0ab\x02\0\0", "latin1"), 3, 2],
])("%s is refused, whatever the checksum says", async (_, keys, code, members) => {
  const header = encodeHeader({ set: SET, version: 1, count: members, checksum: EMPTY_CHECKSUM });
  const block = Buffer.alloc(9);
  block[0] = code;
  block.writeUInt32LE(members, 1);
  block.writeUInt32LE(keys.length, 5);
  const parts = [header, block, keys, Buffer.alloc(members * 2), endOfBlocks()];
  await expect(loadSnapshot(parts, limits)).rejects.toThrow(/not in order/);
});

test("what a header and a block claim costs no memory before it has come", async () => {
  const [header = Buffer.alloc(0)] = encodeSnapshot(new ReputationIndex(), SET, 1);
  const claim = Buffer.from(header);
  claim.writeBigUInt64LE(BigInt(limits.maxMembers), 32);
  const block = Buffer.alloc(9);
  block.writeUInt32LE(4096, 1);
  block.writeUInt32LE(1 << 20, 5);
  const before = process.memoryUsage();
  await expect(loadSnapshot([claim, block], limits)).rejects.toThrow(/cut off/);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4 << 20);

  claim.writeBigUInt64LE(2n ** 53n, 32);
  await expect(loadSnapshot([claim], limits)).rejects.toThrow(/no sense/);
});

test("a mutated delta line is a delta, or is refused", () => {
  const line = Buffer.from(
    JSON.stringify({
      set: SET,
      from: 1,
      to: 2,
      operations: [["+", "domain", "evil.test", 1]],
      checksum: "0".repeat(32),
      count: 1,
    }),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (changes) => {
      const text = mutate(line, changes).toString("utf8");
      try {
        expect(decodeDelta(text).operations).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 3000 },
  );
});
