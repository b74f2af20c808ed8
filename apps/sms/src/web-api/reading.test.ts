import { compileDefinitions } from "@breakwater/reputation-set";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMultipart } from "./multipart.ts";
import { readTarget } from "./parameters.ts";
import { splitList } from "./split-list.ts";
import { readTagData } from "./tag-data.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const plain = { values: null, several: false, otherValues: false, min: null, max: null };
const CATEGORIES = compileDefinitions([
  { ...plain, name: "Score", kind: "number", min: 0, max: 100 },
  { ...plain, name: "Seen", kind: "date" },
  { ...plain, name: "Own", kind: "yes-no" },
  { ...plain, name: "Note", kind: "text" },
  { ...plain, name: "Kinds", kind: "list", values: ["a", "b"], several: true },
]);
const tagsOf = (...fields: string[]) => readTagData(fields, CATEGORIES, NOW).tags;

test("tags become values of their category's kind, whatever the case of its name", () => {
  expect(
    tagsOf("score", "90", "SEEN", "2026-02-03 04:05", "own", "Y", "Kinds", "a~~~b~~~a"),
  ).toEqual({ Score: 90, Seen: "2026-02-03T04:05:00.000Z", Own: true, Kinds: ["a", "b"] });
  expect(tagsOf("Own", "f", "Unknown", "x", "Note", "")).toEqual({
    Own: false,
    Unknown: "x",
    Note: "",
  });
});

test.each([
  [["Score", "high"], /"Score" cannot be "high".*whole number from 0 to 100/],
  [["Kinds", "a~~~c"], /"Kinds" cannot be "c".*Give a, b/],
  [["Own", "maybe"], /yes or no/],
  [["Seen", "yesterday"], /is no time/],
  [["Reputation Entries TTL", "yesterday"], /is a time such as/],
  [["Note", "a~~~b"], /takes one value/],
  [["Note", "x".repeat(256)], /more than 255/],
  [["", "x"], /no name/],
  [["Trend Micro Scan Action", "drop"], /one of block, log/],
  [Array.from({ length: 102 }, (_, at) => `C${at}`), /more than 50/],
])("%j is refused", (fields, reason) => {
  expect(() => tagsOf(...fields)).toThrow(reason);
});

test("a name that every object has is a tag like any other", () => {
  const tags = tagsOf("__proto__", "x", "constructor", "y");
  expect(Object.entries(tags)).toEqual([
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});

test("a list reads back as it was written", () => {
  const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
      expect(splitList(fields.map(quote).join(","))).toEqual(fields);
    }),
  );
  expect(splitList('a, b "c" ,,')).toEqual(["a", 'b "c"', "", ""]);
  expect(splitList('a,"b" c')).toBeUndefined();
});

test("a file comes out of its frame byte for byte, whatever it holds", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom("\r\n", "\n"), (bytes, end) => {
      const head = `--b0${end}Content-Disposition: form-data; name="x"; filename="f"${end}${end}`;
      const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`${end}--b0--${end}`)]);
      fc.pre(!Buffer.from(bytes).includes("--b0"));
      // Where lines end with LF alone, a CR before the boundary cannot be told from a line end.
      fc.pre(end === "\r\n" || bytes.at(-1) !== 0x0d);
      expect(readMultipart(body)?.file?.equals(bytes)).toBe(true);
    }),
  );
});

test("no body and no target makes the readers fail in a way of their own", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      readMultipart(Buffer.from(`--b\r\n${text}`));
      try {
        readTarget(`/repEntries/add?${text}`);
      } catch (error) {
        expect(error).toHaveProperty("status", 400);
      }
    }),
  );
});
