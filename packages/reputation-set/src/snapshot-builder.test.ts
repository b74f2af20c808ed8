import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SetMember } from "@breakwater/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadSnapshot } from "./decode-snapshot.ts";
import { encodeSnapshot, positionOf } from "./encode-snapshot.ts";
import { encodeSortedSnapshot } from "./encode-sorted-snapshot.ts";
import { KeySorter } from "./key-sorter.ts";
import { TYPE_CODES } from "./member-key.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { memberArbitrary, SET } from "./set.test-helper.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";

/** In the order that a database gives: types by number, values as text, each once. */
function inTextOrder(members: readonly SetMember[]): SetMember[] {
  const unique = new Map(members.map((member) => [`${member.type} ${member.value}`, member]));
  return [...unique.values()].sort(
    (a, b) =>
      TYPE_CODES.indexOf(a.type) - TYPE_CODES.indexOf(b.type) ||
      Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)),
  );
}

function pagesOf(members: readonly SetMember[], size: number): SetMember[][] {
  return Array.from({ length: Math.ceil(members.length / size) }, (_, i) =>
    members.slice(i * size, (i + 1) * size),
  );
}

function indexOf(members: readonly SetMember[]): ReputationIndex {
  const index = new ReputationIndex();
  for (const { type, value, filter } of members) index.put(type, value, filter);
  return index;
}

function build(members: readonly SetMember[]): Buffer[] {
  const builder = new SnapshotBuilder();
  return [...builder.add(members), ...builder.end()];
}

test("the blocks, count and checksum are those of an index with the same members", () => {
  fc.assert(
    fc.property(
      fc.array(memberArbitrary, { maxLength: 300 }),
      fc.integer({ min: 1, max: 50 }),
      (members, size) => {
        const ordered = inTextOrder(members);
        const builder = new SnapshotBuilder();
        const parts = pagesOf(ordered, size).flatMap((page) => [...builder.add(page)]);
        parts.push(...builder.end());
        const index = indexOf(ordered);
        const [, ...blocks] = encodeSnapshot(index, SET, 1);
        expect(Buffer.concat(parts)).toEqual(Buffer.concat(blocks));
        expect(builder).toMatchObject({ count: index.count, checksum: index.checksum });
      },
    ),
    { numRuns: 150 },
  );
});

test("addresses over several blocks are sorted by number, not by text", async () => {
  const members = Array.from(
    { length: 10_000 },
    (_, i): SetMember => ({ type: "ipv4", value: `10.${i % 251}.${i >> 8}.${i & 255}`, filter: i }),
  );
  const folder = await mkdtemp(join(tmpdir(), "snapshot-"));
  try {
    const file = await open(join(folder, "set"), "w");
    const position = await encodeSortedSnapshot(file, SET, 7, pagesOf(inTextOrder(members), 999));
    await file.close();
    const bytes = await readFile(join(folder, "set"));
    const loaded = await loadSnapshot([bytes], { maxMembers: 10_000 });
    expect(position).toEqual(positionOf(indexOf(members), SET, 7));
    expect(loaded.position).toEqual(position);
    expect(loaded.index.get("ipv4", "10.3.0.3")).toBe(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("keys of any even length are sorted by their bytes", () => {
  const width = fc.constantFrom(2, 4, 16, 18);
  const keys = width.chain((length) =>
    fc.array(fc.uint8Array({ minLength: length, maxLength: length }), { maxLength: 200 }),
  );
  fc.assert(
    fc.property(keys, (unsorted) => {
      const sorter = new KeySorter(unsorted[0]?.length ?? 2);
      for (const [i, key] of unsorted.entries()) sorter.push(key, i);
      const sorted = [...sorter.sorted()];
      const wanted = unsorted.map((key, value) => ({ key, value }));
      expect(sorted).toEqual(wanted.sort((a, b) => Buffer.compare(a.key, b.key)));
    }),
    { numRuns: 50 },
  );
});

describe("what would be no snapshot is refused", () => {
  const name = (value: string, filter = 1): SetMember => ({ type: "domain", value, filter });
  const address = (value: string): SetMember => ({ type: "ipv4", value, filter: 1 });

  test.each([
    ["text out of order", [name("b.test"), name("a.test")], /not in key order/],
    ["the same name twice", [name("a.test"), name("a.test")], /not in key order/],
    ["the same address twice", [address("1.2.3.4"), address("1.2.3.4")], /not in key order/],
    ["types out of order", [name("a.test"), address("1.2.3.4")], /type ipv4 come too late/],
    ["an empty value", [name("")], /not a canonical domain/],
    ["a value beyond ASCII", [name("exämple.test")], /not a canonical domain/],
    ["a value that is too long", [name("a".repeat(2049))], /not a canonical domain/],
    ["a filter number that does not fit", [name("a.test", 65_536)], /65536 does not fit/],
  ])("%s", (_, members, reason) => {
    expect(() => build(members)).toThrow(reason);
  });
});
