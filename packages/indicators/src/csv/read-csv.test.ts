import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnRole, CsvLayout } from "../csv-columns.ts";
import { allReadings, brief, everything, inChunks } from "../reading.test-helper.ts";
import { encodeCsvRow } from "./encode-csv-row.ts";
import { readCsv } from "./read-csv.ts";

const NOW = Date.UTC(2026, 0, 1);

function read(input: string | Buffer, columns: ColumnRole[], more: Partial<CsvLayout> = {}) {
  const layout: CsvLayout = { delimiter: ",", header: false, columns, ...more };
  return allReadings(readCsv(inChunks(input, 3), layout, { now: NOW }));
}

describe("columns", () => {
  test("fill the indicator", async () => {
    const columns: ColumnRole[] = [
      "ignore",
      "type",
      "value",
      "severity",
      "scanAction",
      "expires",
      "description",
      "tag:Campaign",
    ];
    const rows = [
      "id,type,value,risk,action,until,note,campaign",
      '7,Domain, Evil[.]TEST ,critical,Block,+7d,"says ""hi"",\nthere",Winter',
      "8,,198.51.100.7,55,alert,,,",
      "",
      "# the end",
    ];
    expect(await read(rows.join("\r\n"), columns, { header: true })).toEqual([
      {
        kind: "indicator",
        line: 2,
        indicator: {
          type: "domain",
          value: "evil.test",
          severity: "High",
          scanAction: "block",
          tags: { Campaign: "Winter" },
          description: 'says "hi",\nthere',
          expires: NOW + 7 * 86_400_000,
        },
      },
      {
        kind: "indicator",
        line: 4,
        indicator: {
          type: "ipv4",
          value: "198.51.100.7",
          severity: "Medium",
          scanAction: "log",
          tags: {},
          description: "",
          expires: null,
        },
      },
    ]);
  });

  test.each([";", "\t", "|"] as const)("may be separated by %j", async (delimiter) => {
    const row = encodeCsvRow(["a,b", `x${delimiter}y`, "evil.test"], delimiter);
    const readings = await read(row, ["ignore", "description", "value"], { delimiter });
    expect(readings).toMatchObject([{ indicator: { description: `x${delimiter}y` } }]);
  });

  test("that make no sense are refused before anything is read", async () => {
    await expect(read("a", ["type"])).rejects.toThrow(/none is the value/);
    await expect(read("a", ["value", "value"])).rejects.toThrow(/given twice/);
    await expect(read("a", Array<ColumnRole>(201).fill("ignore"))).rejects.toThrow(/too many/);
  });

  test("a span of addresses becomes the ranges it consists of", async () => {
    const readings = await read("192.0.2.1-192.0.2.4,Low", ["value", "severity"]);
    expect(brief(readings)).toEqual([
      "1 ipv4 192.0.2.1",
      "1 cidr 192.0.2.2/31",
      "1 ipv4 192.0.2.4",
    ]);
  });
});

describe("rejected, with the reason and a remedy", () => {
  const columns: ColumnRole[] = ["value", "type", "severity", "scanAction", "expires", "tag:T"];
  test.each([
    ["hello", /not an address.*/],
    ["*.evil.test", /wildcards/],
    ["evil.test,planet", /"planet" is no type/],
    ["evil.test,ip", /not an IP address/],
    ["evil.test,hash", /not a file hash/],
    ["evil.test,ipv4", /not an IPv4 address/],
    ["2001:db8::/32,ipv4", /not an IPv4 address/],
    ["10.0.0.9-10.0.0.1", /ends before it begins/],
    ["2001:db8::1-2001:db9:ffff:ffff:ffff:ffff:ffff:fffe", /64 CIDR ranges/],
    ["evil.test,,huge", /"huge" is no severity/],
    ["evil.test,,101", /"101" is no severity/],
    ["evil.test,,,allow", /"allow" is no scan action/],
    ["evil.test,,,,tomorrow", /"tomorrow" is no date/],
    ["evil.test,,,,2025-12-31", /expired at 2025-12-31T00:00:00.000Z/],
    [`evil.test,,,,,${"x".repeat(256)}`, /the tag T is longer/],
    [",domain", /column 1, the value, is empty/],
    [",".repeat(200), /201 columns/],
    ['"evil.test" x,domain', /follows a closing quote/],
    ['"evil.test', /not closed/],
  ])("%j", async (row, reason) => {
    const remedy = expect.stringMatching(/./);
    const expected = { kind: "rejected", line: 1, reason: expect.stringMatching(reason), remedy };
    expect(await read(row, columns)).toMatchObject([expected]);
  });

  test("a value behind the end of the row", async () => {
    const [reading] = await read("evil.test;x", ["ignore", "value"]);
    expect(reading).toMatchObject({ reason: "the row has 1 columns, and the value is column 2" });
  });

  test("a quote that is never closed costs its own line only", async () => {
    const rows = ["a.test", '"b.test', ...Array<string>(9000).fill("c.test,x"), "d.test"].join(
      "\n",
    );
    const readings = await read(rows, ["value"]);
    expect(readings).toHaveLength(9003);
    expect(brief(readings).filter((text) => !text.includes("c.test"))).toEqual([
      "1 domain a.test",
      "2 ! a quote that opens here is not closed",
      "9003 domain d.test",
    ]);
  });

  test("a line that is no UTF-8 ends the row before it", async () => {
    const bytes = Buffer.from('"a.test\n\xfc\nb.test"\nc.test', "latin1");
    expect(brief(await read(bytes, ["value"]))).toEqual([
      "1 ! a quote that opens here is not closed",
      "2 ! the line has bytes that are not UTF-8",
      "3 ! it is not an address, a range, a domain, a URL or a file hash",
      "4 domain c.test",
    ]);
  });
});

const COLUMNS: ColumnRole[] = ["value", "description", "tag:T"];
const cell = fc.string({
  unit: fc.constantFrom(...Array.from("ab,;\t|\"\n =+-@'#é ")),
  maxLength: 12,
});

test("what was encoded is read again, formulas without their apostrophe", async () => {
  const delimiter = fc.constantFrom(",", ";", "\t", "|");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell)), delimiter, async (pairs, mark) => {
      const rows = pairs.map(([a, b]) => encodeCsvRow(["evil.test", a, b], mark));
      const layout = { delimiter: mark, header: false, columns: COLUMNS } as CsvLayout;
      const source = inChunks(rows.join("\r\n"), 5);
      const readings = await allReadings(readCsv(source, layout, { now: NOW }));
      const back = readings.map((reading) =>
        reading.kind === "indicator"
          ? [reading.indicator.description, reading.indicator.tags.T ?? ""]
          : reading.reason,
      );
      const plain = (text: string) => unguarded(text.trim());
      expect(back).toEqual(pairs.map(([a, b]) => [plain(guarded(a)), plain(guarded(b))]));
    }),
  );
});

function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function unguarded(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

test.each([
  ["=1+1", "'=1+1"],
  ["-5", "'-5"],
  ["@x", "'@x"],
  ["\tx", "'\tx"],
  ['a"b', '"a""b"'],
  [" a", '" a"'],
  ["a\r", '"a\r"'],
  ["", '""'],
])("the cell %j is written %j", (text, expected) => {
  expect(encodeCsvRow([text])).toBe(expected);
});

test("any bytes are read to their end, and chunks make no difference", async () => {
  const piece = fc.oneof(
    fc.constantFrom("evil.test,x\n", '"', "\n", '"a\nb"', "198.51.100.7", "x".repeat(30_000), ","),
    fc.uint8Array({ maxLength: 20 }),
  );
  const input = fc
    .array(piece, { maxLength: 20 })
    .map((parts) =>
      Buffer.concat([Buffer.from("a,"), ...parts.map((p) => Buffer.from(p as string))]),
    );
  const sizes = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(input, sizes, async (bytes, chunks) => {
      const layout: CsvLayout = { delimiter: ",", header: false, columns: COLUMNS };
      const whole = await allReadings(readCsv(inChunks(bytes), layout, { now: NOW }));
      const split = await allReadings(readCsv(inChunks(bytes, ...chunks), layout, { now: NOW }));
      expect(split).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test("resuming after any batch gives the rest, also inside quoted rows, CR LF and UTF-8", async () => {
  const rows = Array.from({ length: 12_000 }, (_, i) =>
    encodeCsvRow([
      `h${i}.test`,
      i % 3 === 0 ? `é\nline ${i}` : `note ${i}`,
      i % 7 === 0 ? '"' : "",
    ]),
  );
  const text = `\ufeffvalue,note,tag\r\n${rows.join("\r\n")}\r\n`;
  const layout: CsvLayout = { delimiter: ",", header: true, columns: COLUMNS };
  const all = await everything(readCsv(inChunks(text), layout, { now: NOW }));
  expect(all.readings).toHaveLength(12_000);
  expect(all.batches.length).toBeGreaterThan(4);
  for (const [index, { offset, line }] of all.batches.entries()) {
    const options = { now: NOW, from: { offset, line } };
    const rest = await allReadings(readCsv(inChunks(text, 70_000), layout, options));
    expect(rest).toEqual(all.batches.slice(index + 1).flatMap((batch) => batch.readings));
    expect(
      Buffer.from(text)
        .subarray(offset - 2, offset)
        .toString(),
    ).toBe("\r\n");
  }
});
