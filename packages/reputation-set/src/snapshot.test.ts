import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadSnapshot } from "./decode-snapshot.ts";
import { encodeSnapshot, positionOf } from "./encode-snapshot.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { memberArbitrary, SET } from "./set.test-helper.ts";

const limits = { maxMembers: 1_000_000 };

function snapshotOf(index: ReputationIndex, version = 1): Buffer {
  return Buffer.concat([...encodeSnapshot(index, SET, version)]);
}

function indexOf(
  members: Iterable<{ type: "domain"; value: string; filter: number }>,
): ReputationIndex {
  const index = new ReputationIndex();
  for (const { type, value, filter } of members) index.put(type, value, filter);
  return index;
}

/** The bytes in pieces of any size. */
function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("what is encoded is decoded, in pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(memberArbitrary, { maxLength: 300 }),
      fc.integer({ min: 1, max: 5000 }),
      async (members, size) => {
        const index = new ReputationIndex();
        for (const { type, value, filter } of members) index.put(type, value, filter);
        const loaded = await loadSnapshot(pieces(snapshotOf(index, 9), size), limits);
        expect(loaded.position).toEqual(positionOf(index, SET, 9));
        expect(new Set(loaded.index.members())).toEqual(new Set(index.members()));
        expect(snapshotOf(loaded.index, 9)).toEqual(snapshotOf(index, 9));
      },
    ),
    { numRuns: 100 },
  );
});

test("long sets span blocks and stay small", async () => {
  const index = indexOf(
    Array.from({ length: 20_000 }, (_, i) => ({
      type: "domain" as const,
      value: `host-${i}.some.example.test`,
      filter: 2,
    })),
  );
  const bytes = snapshotOf(index);
  expect(gzipSync(bytes, { level: 1 }).length).toBeLessThan(200_000);
  const loaded = await loadSnapshot([gunzipSync(gzipSync(bytes))], limits);
  expect(loaded.index.checksum).toBe(index.checksum);
});

describe("hostile bytes are refused with a reason", () => {
  const index = indexOf([
    { type: "domain", value: "evil.test", filter: 1 },
    { type: "domain", value: "worse.test", filter: 2 },
  ]);
  const good = snapshotOf(index);

  test("any change, cut or addition", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.nat(good.length - 1).map((at) => good.subarray(0, at)),
          fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Buffer.concat([good, more])),
          fc
            .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
            .filter(([at]) => at < 8 || at >= 32)
            .map(([at, flip]) => {
              const changed = Buffer.from(good);
              changed[at] = (changed[at] ?? 0) ^ flip;
              return changed;
            }),
          fc
            .uint8Array({ maxLength: 500 })
            .map((bytes) => Buffer.concat([good.subarray(0, 56), bytes])),
          fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
        ),
        async (bytes) => {
          await expect(loadSnapshot([bytes], limits)).rejects.toMatchObject({
            code: "Unprocessable",
          });
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("bytes after the end are refused when they come, not when they stop", async () => {
    let given = 0;
    const endless = function* () {
      yield good;
      for (; given < 100; given += 1) yield Buffer.alloc(1 << 16);
    };
    await expect(loadSnapshot(endless(), limits)).rejects.toThrow(/follows its end/);
    expect(given).toBe(0);
  });

  test("a header that claims too much", async () => {
    const huge = Buffer.from(good);
    huge.writeBigUInt64LE(1_000_001n, 32);
    await expect(loadSnapshot([huge], limits)).rejects.toThrow(/more than the 1000000 allowed/);
    huge.writeBigUInt64LE(2n ** 60n, 32);
    await expect(loadSnapshot([huge], limits)).rejects.toThrow(/no sense/);
  });
});
