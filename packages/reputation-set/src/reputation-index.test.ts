import type { SetMember } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyTable } from "./key-table.ts";
import { ReputationIndex } from "./reputation-index.ts";
import { operationArbitrary } from "./set.test-helper.ts";
import { checksumOf, EMPTY_CHECKSUM } from "./set-checksum.ts";
import { applyOperation } from "./set-delta.ts";

test("behaves as a plain map, and its checksum depends on the members alone", () => {
  fc.assert(
    fc.property(fc.array(operationArbitrary, { maxLength: 200 }), (operations) => {
      const index = new ReputationIndex();
      const model = new Map<string, SetMember>();
      for (const operation of operations) {
        applyOperation(index, operation);
        const [sign, type, value, filter] = operation;
        if (sign === "+") model.set(`${type} ${value}`, { type, value, filter });
        else model.delete(`${type} ${value}`);
      }
      expect(index.count).toBe(model.size);
      for (const { type, value, filter } of model.values())
        expect(index.get(type, value)).toBe(filter);
      expect(new Set(index.members())).toEqual(new Set(model.values()));
      expect(index.checksum).toBe(checksumOf([...model.values()].reverse()));
    }),
  );
});

test("an empty set has the empty checksum again after everything is removed", () => {
  const index = new ReputationIndex();
  index.put("domain", "evil.test", 3);
  expect(index.checksum).not.toBe(EMPTY_CHECKSUM);
  index.put("domain", "evil.test", 4);
  index.remove("domain", "evil.test");
  expect(index.checksum).toBe(EMPTY_CHECKSUM);
});

test("the key table keeps every key through growth, removal and compaction", () => {
  const table = new KeyTable(7);
  const keyOf = (n: number) => Buffer.from(`key number ${n} ${"x".repeat(n % 90)}`);
  for (let n = 0; n < 30_000; n += 1) table.put(keyOf(n), n & 0xffff);
  const full = table.bytes;
  for (let n = 0; n < 30_000; n += 1) if (n % 7 !== 0) table.remove(keyOf(n));
  expect(table.bytes).toBeLessThan(full);
  for (let n = 0; n < 30_000; n += 1)
    expect(table.get(keyOf(n))).toBe(n % 7 === 0 ? n & 0xffff : undefined);
  const sorted = [...table.sorted()].map(({ key }) => key.toString());
  expect(sorted).toEqual([...sorted].sort((a, b) => (a < b ? -1 : 1)));
  expect(sorted).toHaveLength(table.count);
});

test("an address is covered by itself and by every range around it, narrow before wide", () => {
  const index = new ReputationIndex();
  index.put("cidr", "10.0.0.0/8", 1);
  index.put("cidr", "10.1.2.0/24", 2);
  index.put("ipv4", "10.1.2.3", 3);
  index.put("cidr", "2001:db8::/32", 4);
  expect(index.coveringAddress("10.1.2.3").map((member) => member.filter)).toEqual([3, 2, 1]);
  expect(index.coveringAddress("::ffff:10.1.9.9").map((member) => member.filter)).toEqual([1]);
  expect(index.coveringAddress("2001:db8:1::1")).toEqual([
    { type: "cidr", value: "2001:db8::/32", filter: 4 },
  ]);
  expect(index.coveringAddress("11.0.0.1")).toEqual([]);
  expect(index.coveringAddress("not an address")).toEqual([]);
  index.remove("cidr", "10.0.0.0/8");
  expect(index.coveringAddress("10.200.0.1")).toEqual([]);
});

test("a name is covered by itself and its parents; an exact entry covers the name alone", () => {
  const index = new ReputationIndex();
  index.put("domain", "evil.test", 1);
  index.put("domain-exact", "www.evil.test", 2);
  expect(index.coveringName("WWW.Evil.test.").map((member) => member.filter)).toEqual([2, 1]);
  expect(index.coveringName("a.www.evil.test").map((member) => member.filter)).toEqual([1]);
  expect(index.coveringName("notevil.test")).toEqual([]);
  expect(index.coveringName("")).toEqual([]);
});

test("a URL entry without query or port covers any", () => {
  const index = new ReputationIndex();
  index.put("url", "evil.test/a", 1);
  index.put("url", "evil.test/a?q=1", 2);
  index.put("url", "[2001:db8::1]/x", 3);
  expect(index.coveringUrl("evil.test/a?q=1").map((member) => member.filter)).toEqual([2, 1]);
  expect(index.coveringUrl("evil.test:8080/a?other").map((member) => member.filter)).toEqual([1]);
  expect(index.coveringUrl("[2001:db8::1]:81/x").map((member) => member.filter)).toEqual([3]);
  expect(index.coveringUrl("evil.test/b")).toEqual([]);
});
