import fc from "fast-check";
import { expect, test } from "vitest";
import { allReadings, brief, everything, inChunks } from "../reading.test-helper.ts";
import { readList } from "./read-list.ts";

async function read(text: string | Buffer, ...sizes: number[]): Promise<string[]> {
  return brief(await allReadings(readList(inChunks(text, ...sizes), { now: 0 })));
}

test.each([
  ["evil.test", ["1 domain evil.test"]],
  ["  hxxp://evil[.]test/a b", ["1 url evil.test/a"]],
  ["# one\n; two\n// three\n! four\n\nevil.test", ["6 domain evil.test"]],
  [
    "evil.test # bad\nevil.test/#x\n1.10.16.0/20 ; SBL1",
    ["1 domain evil.test", "2 url evil.test/", "3 cidr 1.10.16.0/20"],
  ],
  ["198.51.100.7\t10", ["1 ipv4 198.51.100.7"]],
  [
    "0.0.0.0 evil.test bad.test # two\n127.0.0.1\tworse.test",
    ["1 domain evil.test", "1 domain bad.test", "2 domain worse.test"],
  ],
  ["0.0.0.0\t12", ["1 ipv4 0.0.0.0"]],
  ["10.0.0.0 - 10.0.0.9", ["1 cidr 10.0.0.0/29", "1 cidr 10.0.0.8/31"]],
  ["10.0.0.7-9", ["1 ipv4 10.0.0.7", "1 cidr 10.0.0.8/31"]],
  ["2001:db8::-2001:db8::ffff # net", ["1 cidr 2001:db8::/112"]],
  ["::ffff:10.0.0.1-::ffff:10.0.0.1", ["1 ipv4 10.0.0.1"]],
  ["what", ["1 ! it is not an address, a range, a domain, a URL or a file hash"]],
])("%j", async (text, expected) => {
  expect(await read(text, 1)).toEqual(expected);
});

test("any span of IPv4 addresses is covered exactly", async () => {
  const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const spelled = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join(".");
  await fc.assert(
    fc.asyncProperty(number, number, async (a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      fc.pre(last - first < 2 ** 32 - 1);
      let at = first;
      for (const text of await read(`${spelled(first)}-${spelled(last)}`)) {
        const [, address = "", prefix = "32"] =
          /(?:ipv4|cidr) ([\d.]+)(?:\/(\d+))?$/.exec(text) ?? [];
        expect(address).toBe(spelled(at));
        at += 2 ** (32 - Number(prefix));
      }
      expect(at).toBe(last + 1);
    }),
  );
});

test("names that a hosts file gives to the machine are counted", async () => {
  const text = "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 0.0.0.0\n0.0.0.0 evil.test";
  const { readings, ignored } = await everything(readList(inChunks(text), { now: 0 }));
  expect(brief(readings)).toEqual(["4 domain evil.test"]);
  expect(ignored).toEqual([
    { reason: "names that a hosts file gives to the machine itself", count: 3 },
  ]);
});

test("a wanted type decides", async () => {
  const options = { now: 0, type: "url" } as const;
  const readings = await allReadings(readList(inChunks("evil.test"), options));
  expect(brief(readings)).toEqual(["1 url evil.test/"]);
});

test("any bytes are read to their end, and chunks make no difference", async () => {
  const piece = fc.oneof(
    fc.constantFrom("\n", "0.0.0.0 ", "10.0.0.1-", "evil.test", " # ", "\t", "x".repeat(30_000)),
    fc.uint8Array({ maxLength: 20 }),
  );
  const input = fc
    .array(piece, { maxLength: 20 })
    .map((parts) =>
      Buffer.concat([Buffer.from("a \n"), ...parts.map((p) => Buffer.from(p as string))]),
    );
  await fc.assert(
    fc.asyncProperty(input, fc.integer({ min: 1, max: 3000 }), async (bytes, size) => {
      expect(await read(bytes, size)).toEqual(await read(bytes));
    }),
    { numRuns: 300 },
  );
});

test("resuming after any batch gives the rest", async () => {
  const text = Array.from({ length: 9000 }, (_, i) => `h${i}.test # é ${i}`).join("\n");
  const all = await everything(readList(inChunks(text), { now: 0 }));
  expect(all.readings).toHaveLength(9000);
  for (const [index, { offset, line }] of all.batches.entries()) {
    const rest = await allReadings(readList(inChunks(text), { now: 0, from: { offset, line } }));
    expect(rest).toEqual(all.batches.slice(index + 1).flatMap((batch) => batch.readings));
  }
});
