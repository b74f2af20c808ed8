import type { TagDefinition, Tags, TagValue } from "@breakwater/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTags, compileDefinitions } from "./check-tags.ts";

const plain = { values: null, several: false, otherValues: false, min: null, max: null };
const list = { ...plain, kind: "list" as const };
const definitions = compileDefinitions([
  { ...plain, name: "Note", kind: "text" },
  { ...list, name: "Severity", values: ["High", "Medium", "Low"] },
  { ...list, name: "MalwareIpType", values: ["malwareSource", "cncHost"], several: true },
  { ...list, name: "Detection", values: ["Suspicious Object"], otherValues: true },
  { ...plain, name: "Seen", kind: "date" },
  { ...plain, name: "Reviewed", kind: "yes-no" },
  { ...plain, name: "Score", kind: "number", min: 0, max: 100 },
]);

describe("what is taken, and how it is stored", () => {
  test.each<[string, TagValue, TagValue]>([
    ["Note", "as it is", "as it is"],
    ["Note", 5, "5"],
    ["Note", ["one"], "one"],
    ["Severity", "hIGH", "High"],
    ["Severity", ["low", "LOW"], "Low"],
    ["MalwareIpType", "CNCHOST", ["cncHost"]],
    ["MalwareIpType", ["cnchost", "malwareSource", "cncHost"], ["cncHost", "malwareSource"]],
    ["Detection", "suspicious object", "Suspicious Object"],
    ["Detection", "Phishing", "Phishing"],
    ["Seen", "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z"],
    ["Seen", "2026-01-31 10:00:00 UTC", "2026-01-31T10:00:00.000Z"],
    ["Seen", "2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["Seen", 1769853600, "2026-01-31T10:00:00.000Z"],
    ["Reviewed", "Y", true],
    ["Reviewed", false, false],
    ["Score", "90", 90],
    ["Score", 0, 0],
  ])("%s: %j", (name, given, stored) => {
    expect(checkTags(definitions, { [name]: given })).toEqual({
      ok: true,
      value: { [name]: stored },
    });
    expect(checkTags(definitions, { [name.toUpperCase()]: given })).toEqual({
      ok: true,
      value: { [name]: stored },
    });
  });

  test("what no category defines stays, whatever it is called", () => {
    const tags = JSON.parse('{"__proto__":"x","constructor":["a","b"],"score":"7"}') as Tags;
    const checked = checkTags(definitions, tags);
    const expected = '{"__proto__":"x","constructor":["a","b"],"Score":7}';
    expect(checked.ok && JSON.stringify(checked.value)).toBe(expected);
  });

  test("tags in stored form are not copied", () => {
    const tags = { Severity: "High", Score: 90, other: "x" };
    const checked = checkTags(definitions, tags);
    expect(checked.ok && checked.value === tags).toBe(true);
  });
});

test.each<[string, TagValue, string]>([
  ["Note", "x".repeat(256), "Shorten it"],
  ["Note", ["a", "b"], "Give one value"],
  ["Severity", "Critical", "Give High, Medium, Low; or add the value to the tag category"],
  ["Severity", ["High", "Low"], "Give one value"],
  ["MalwareIpType", ["cncHost", "other"], "Give malwareSource, cncHost"],
  ["Detection", "x".repeat(256), "Give Suspicious Object"],
  ["Seen", "2026-02-30", "Write it as 2030-01-31T12:00:00Z"],
  ["Seen", true, "Write it as 2030-01-31T12:00:00Z"],
  ["Reviewed", "perhaps", "Give yes or no"],
  ["Score", 101, "Give a whole number from 0 to 100"],
  ["Score", 1.5, "Give a whole number from 0 to 100"],
  ["Score", "1e1", "Give a whole number from 0 to 100"],
])("refuses %s %j with what to do", (name, value, remedy) => {
  const checked = checkTags(definitions, { fine: "x", [name]: value });
  expect(checked).toMatchObject({ ok: false, error: { field: `tags.${name}` } });
  expect(!checked.ok && checked.error.remedy).toContain(remedy);
});

test("refuses more tags than an entry can have", () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`t${n}`, "x"]));
  expect(checkTags(definitions, many)).toMatchObject({ ok: false, error: { field: "tags" } });
});

const kinds: TagDefinition[] = [
  { ...plain, name: "a", kind: "text" },
  { ...list, name: "b", values: ["X", "y"] },
  { ...list, name: "c", values: ["X", "y"], several: true, otherValues: true },
  { ...plain, name: "d", kind: "date" },
  { ...plain, name: "e", kind: "yes-no" },
  { ...plain, name: "f", kind: "number", min: -5, max: 5 },
];
const value = fc.oneof(
  fc.constantFrom("x", "Y", "true", "2026-01-01", "3", "-7", ""),
  fc.integer({ min: -9, max: 9 }),
  fc.boolean(),
  fc.array(fc.constantFrom("x", "Y", "z"), { maxLength: 3 }),
);

test("what is stored is taken again as it is", () => {
  const compiled = compileDefinitions(kinds);
  const name = fc.constantFrom("a", "B", "c", "D", "e", "f", "other");
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 3 }), (tags) => {
      const once = checkTags(compiled, tags);
      if (once.ok) expect(checkTags(compiled, once.value)).toEqual(once);
    }),
    { numRuns: 3000 },
  );
});
