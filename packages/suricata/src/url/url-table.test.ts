import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { halfSipHash } from "./half-siphash.ts";
import { normalizedKey, urlKey } from "./url-key.ts";
import { UrlTable } from "./url-table.ts";
import { HEADER_BYTES, OFFSET } from "./url-table-format.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bw-urls-"));
  path = join(directory, "table");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const key = (name: string) => Buffer.from(name);

it("hashes as the published test vectors of HalfSipHash-2-4 with 64 bits", () => {
  const vectors = ["218d1f59b9b83cc8", "be552412f8387315", "064f39ef7c50eb57", "ce0f1a45f7060679"];
  const hex = vectors.map((_, length) => {
    const out = Buffer.alloc(8);
    const [low, high] = halfSipHash(
      Uint8Array.from({ length }, (_unused, index) => index),
      0x03020100,
      0x07060504,
    );
    out.writeInt32LE(low, 0);
    out.writeInt32LE(high, 4);
    return out.toString("hex");
  });
  expect(hex).toEqual(vectors);
});

it("holds what a set would, through additions, removals, growth and reopening", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("+", "-", "reopen"), fc.nat(40)), { maxLength: 200 }),
      (steps) => {
        rmSync(path, { force: true });
        const model = new Set<number>();
        let table = UrlTable.open({ path });
        for (const [step, entry] of steps) {
          if (step === "+") {
            expect(table.add(key(`u${entry}`))).toBe(!model.has(entry));
            model.add(entry);
          } else if (step === "-") {
            expect(table.remove(key(`u${entry}`))).toBe(model.delete(entry));
          } else {
            table.close();
            table = UrlTable.open({ path });
          }
          expect(table.count).toBe(model.size);
        }
        for (let entry = 0; entry <= 40; entry += 1) {
          expect(table.has(key(`u${entry}`))).toBe(model.has(entry));
        }
        table.close();
      },
    ),
    { numRuns: 20 },
  );
});

it("is laid out anew when removed slots fill it, and grows with its entries", () => {
  const table = UrlTable.open({ path });
  const slots = table.slotCount;
  for (let index = 0; index < slots; index += 1) {
    table.add(key(`passing ${index}`));
    table.remove(key(`passing ${index}`));
  }
  expect(table.slotCount).toBe(slots);
  expect(table.count).toBe(0);
  table.replaceAll(Array.from({ length: slots }, (_, index) => key(`lasting ${index}`)));
  expect(table.slotCount).toBeGreaterThan(slots);
  expect(table.count).toBe(slots);
  expect(table.has(key("lasting 0"))).toBe(true);
  table.close();
});

it("opens what it wrote, and starts empty from a damaged or foreign file", () => {
  const first = UrlTable.open({ path });
  first.add(key("a"));
  first.close();
  const damages = [
    () => truncateSync(path, HEADER_BYTES + 100),
    () => writeFileSync(path, "short"),
    () => writeFileSync(path, Buffer.alloc(HEADER_BYTES * 3)),
  ];
  const intact = readFileSync(path);
  for (const damage of damages) {
    writeFileSync(path, intact);
    expect(opened((table) => table.has(key("a")))).toBe(true);
    damage();
    expect(opened((table) => table.count)).toBe(0);
  }
  writeFileSync(path, intact);
  appendFileSync(path, "rest of something");
  expect(opened((table) => table.has(key("a")))).toBe(true);
  expect(opened((table) => table.count, Buffer.alloc(8, 7))).toBe(0);
});

it("takes a file marked as replaced for current when the replacement never came", () => {
  const table = UrlTable.open({ path });
  table.add(key("a"));
  table.close();
  const bytes = readFileSync(path);
  bytes.writeUInt32LE(1, OFFSET.superseded);
  writeFileSync(path, bytes);
  expect(opened((again) => again.has(key("a")))).toBe(true);
  expect(readFileSync(path).readUInt32LE(OFFSET.superseded)).toBe(0);
});

function opened<T>(look: (table: UrlTable) => T, tableKey?: Uint8Array): T {
  const table = UrlTable.open(tableKey === undefined ? { path } : { path, key: tableKey });
  try {
    return look(table);
  } finally {
    table.close();
  }
}

it.each([
  ["http://Evil.TEST/Path", "evil.test/Path"],
  ["evil.test", "evil.test/"],
  ["https://evil.test:443/a", "evil.test/a"],
  ["evil.test:8080/a?b=%41#frag", "evil.test:8080/a?b=A"],
  ["http://user:pw@evil.test./a//b/../c", "evil.test/a/c"],
  ["http://bücher.test/ü", "xn--bcher-kva.test/\u00c3\u00bc"],
  ["http://[2001:DB8::1]:81/x", "[20010db8000000000000000000000001]:81/x"],
  ["http://192.0.2.1/", "192.0.2.1/"],
])("the key of %s is %s", (url, expected) => {
  expect(urlKey(url).toString("latin1")).toBe(expected);
});

it.each([
  "",
  "http://",
  "/path",
  "http:///path",
  "http://[::1/x",
  "http://[1.2.3.4]/",
  "a:99999/x",
])("%j has no key", (url) => {
  expect(() => urlKey(url)).toThrow(/has no valid host/);
});

it("keys of plain URLs are the same by the short way", () => {
  const piece = fc.constantFrom(
    "a",
    "B",
    "/",
    "/",
    ".",
    "..",
    "?",
    "x=1",
    "~",
    "-",
    "evil.test",
    ":",
    "@",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const url = `evil.test${pieces.join("")}`;
      let expected: Buffer;
      try {
        expected = normalizedKey(url);
      } catch {
        expect(() => urlKey(url)).toThrow(/has no valid host/);
        return;
      }
      expect(urlKey(url).toString("latin1")).toBe(expected.toString("latin1"));
    }),
    { numRuns: 2000 },
  );
});
