import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter } from "./filter-grammar.ts";
import { parseQuery } from "./query-grammar.ts";

const FIELDS = ["type", "ip", "url", "riskLevel"] as const;
const filter = (text: string) => parseFilter(text, FIELDS);
const query = (text: string) => parseQuery(text, "TMV1-Query");
const eq = (field: string, value: string) => ({ kind: "test", test: { op: "eq", field, value } });

test("a filter: keywords in any case, and binds tighter than or, not and parentheses", () => {
  expect(filter("type eq 'ip'")).toEqual(eq("type", "ip"));
  expect(filter("TYPE EQ 'ip' OR riskLevel eq 'high' And NOT (ip eq '1.2.3.4')")).toEqual({
    kind: "or",
    terms: [
      eq("type", "ip"),
      {
        kind: "and",
        terms: [eq("riskLevel", "high"), { kind: "not", term: eq("ip", "1.2.3.4") }],
      },
    ],
  });
});

test("a filter: contains, and a doubled quote inside a string", () => {
  expect(filter("contains(url,'it''s')")).toEqual({
    kind: "test",
    test: { op: "contains", field: "url", value: "it's" },
  });
});

test.each([
  ["colour eq 'red'", /unknown field "colour"; known are type, ip, url, riskLevel/],
  ["type eq 'ip", /quote is not closed/],
  ["type ne 'ip'", /"ne" stands where "eq" is expected/],
  ["type eq", /ends where a value/],
  ["type eq 'ip' riskLevel eq 'high'", /where "and" or "or" is expected/],
  ["(type eq 'ip'", /ends where "\)"/],
  ["", /a field name is expected/],
])("a filter that is wrong is refused with the reason: %s", (text, reason) => {
  expect(() => filter(text)).toThrow(reason);
});

test("a filter that is too long or too deep is refused", () => {
  expect(() => filter(`type eq '${"x".repeat(4000)}'`)).toThrow(/longer than 4000/);
  expect(() => filter(`${"(".repeat(60)}type eq 'ip'`)).toThrow(/nested too deeply/);
});

const matches = (field: string, value: string) => ({
  kind: "test",
  test: { op: "matches", field, value },
});

test("a query: quoted and bare values, blanks after the colon, addresses with colons", () => {
  expect(query('ruleName:"a \\"b\\" c"')).toEqual(matches("ruleName", 'a "b" c'));
  expect(query("src:2001:db8::1")).toEqual(matches("src", "2001:db8::1"));
  expect(query("hostName: *")).toEqual({
    kind: "test",
    test: { op: "present", field: "hostName" },
  });
});

test("a query: and, or, not, parentheses, words, and tests side by side", () => {
  expect(query("(src:a OR src:b) and not dst:c")).toEqual({
    kind: "and",
    terms: [
      { kind: "or", terms: [matches("src", "a"), matches("src", "b")] },
      { kind: "not", term: matches("dst", "c") },
    ],
  });
  expect(query("evil src:a")).toEqual({
    kind: "and",
    terms: [{ kind: "test", test: { op: "word", value: "evil" } }, matches("src", "a")],
  });
});

test.each(["", "src:", "(src:a", "src:a)", 'src:"a', "and"])(
  "a query that is wrong is refused: %s",
  (text) => {
    expect(() => query(text)).toThrow(/TMV1-Query/);
  },
);

test("whatever the text, both parsers answer or refuse with a message", () => {
  const pieces = fc.constantFrom(
    "(",
    ")",
    "and",
    "or",
    "not",
    "type",
    "eq",
    "'",
    '"',
    ":",
    "*",
    ",",
    "a b",
    " ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      for (const parse of [filter, query]) {
        try {
          parse(parts.join(""));
        } catch (error) {
          expect((error as { code?: string }).code).toBe("InvalidRequest");
        }
      }
    }),
  );
});
