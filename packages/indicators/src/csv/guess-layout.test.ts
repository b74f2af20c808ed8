import { expect, test } from "vitest";
import { inChunks } from "../reading.test-helper.ts";
import { guessDelimiter, guessMapping } from "./guess-layout.ts";
import { previewCsv } from "./preview-csv.ts";

test.each([
  [["a,b;c", "d,e"], ","],
  [["a;b;c", "d,e;f;g"], ";"],
  [["a\tb", "c,d\te"], "\t"],
  [["a|b"], "|"],
  [["evil.test", "good.test"], ","],
] as const)("the delimiter of %j is %j", (lines, expected) => {
  expect(guessDelimiter(lines)).toBe(expected);
});

test("columns are known by their header", () => {
  const rows = [
    ["Type", "IOC Value", "Risk Level", "Scan-Action", "valid_until", "Comment", "x"],
    ["domain", "evil.test", "High", "block", "2030-01-01", "y", "z"],
  ];
  expect(guessMapping(rows)).toEqual({
    header: true,
    columns: ["type", "value", "severity", "scanAction", "expires", "description", "ignore"],
  });
});

test("columns are known by what they hold", () => {
  const rows = [
    ["1", "High", "198.51.100.7", "log", "2030-01-01 10:00:00"],
    ["2", "Low", "evil.test", "block", "2030-01-01 10:00:00"],
  ];
  expect(guessMapping(rows)).toEqual({
    header: false,
    columns: ["ignore", "severity", "value", "scanAction", "expires"],
  });
});

test("a column called host that holds something else is not the value", () => {
  const rows = [
    ["host", "dst_ip"],
    ["sensor 1", "198.51.100.7"],
  ];
  expect(guessMapping(rows)?.columns).toEqual(["ignore", "value"]);
});

test("nothing is guessed where nothing looks like a value", () => {
  expect(
    guessMapping([
      ["a", "b"],
      ["c", "d"],
    ]),
  ).toBeUndefined();
  expect(guessMapping([])).toBeUndefined();
});

test("a preview reads comments away and shows rows as cells", async () => {
  const text = '# list\n\n"first";"what"\nevil.test;"a;b"\n';
  expect(await previewCsv(inChunks(text, 2))).toEqual({
    delimiter: ";",
    guess: { header: true, columns: ["value", "ignore"] },
    rows: [
      ["first", "what"],
      ["evil.test", "a;b"],
    ],
  });
  expect(await previewCsv(inChunks(""))).toEqual({ delimiter: ",", guess: undefined, rows: [] });
});
