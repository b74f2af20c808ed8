import fc from "fast-check";
import { expect, test } from "vitest";
import { ENTRY_TYPES, ScanAction, SEVERITIES } from "../reputation.ts";
import { completionAt } from "./complete-query.ts";
import { describeQuery } from "./describe-query.ts";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import {
  CONDITIONS,
  ENTRY_STATES,
  type Pattern,
  type Query,
  type QueryTest,
  type TagTest,
  type TimeTest,
  TRAITS,
  type Word,
} from "./query.ts";

const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 4 });
const someOf = <T>(values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });

const text = fc.oneof(
  fc.string({ minLength: 3, maxLength: 20, unit: "grapheme" }),
  fc.constantFrom(
    "evil.example",
    "a:b:c",
    "type:url",
    "x,y/z",
    'say "no"',
    "*star*",
    "-minus",
    "a b",
  ),
);
const pattern: fc.Arbitrary<Pattern> = fc.record({
  match: fc.constantFrom("exact", "prefix", "suffix", "substring"),
  text,
});
const word: fc.Arbitrary<Word> = fc.record({
  match: fc.constantFrom("any", "exact", "prefix", "suffix", "substring"),
  text,
});
const duration = {
  amount: fc.integer({ min: 0, max: 99_999 }),
  unit: fc.constantFrom("m", "h", "d", "w" as const),
};
const date = fc
  .date({ min: new Date("1970-01-01"), max: new Date("2999-12-31"), noInvalidDate: true })
  .chain((moment) => {
    const iso = moment.toISOString();
    return fc.constantFrom(iso.slice(0, 10), `${iso.slice(0, 19)}Z`);
  });
const comparison = fc.constantFrom("<", "<=", ">", ">=" as const);
const time: fc.Arbitrary<TimeTest> = fc.oneof(
  fc.record({ kind: fc.constant("distance"), op: fc.constantFrom("<", ">" as const), ...duration }),
  fc.record({ kind: fc.constant("date"), op: fc.oneof(comparison, fc.constant("=")), date }),
  fc
    .record({ kind: fc.constant("range"), from: fc.option(date), to: fc.option(date) })
    .filter(({ from, to }) => from !== null || to !== null),
) as fc.Arbitrary<TimeTest>;
const tagTest = fc.oneof(
  fc.record({ op: fc.constant("has") }),
  fc.record({ op: fc.constant("is"), values: few(pattern) }),
  fc.record({
    op: comparison,
    value: fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), date),
  }),
) as fc.Arbitrary<TagTest>;

const queryTest = fc.oneof(
  fc.record({ field: fc.constant("value"), words: few(word) }),
  fc.record({ field: fc.constant("type"), values: someOf(ENTRY_TYPES) }),
  fc.record({ field: fc.constant("severity"), values: someOf(SEVERITIES) }),
  fc.record({ field: fc.constant("action"), values: someOf(ScanAction.options) }),
  fc.record({ field: fc.constantFrom("source", "filter", "profile"), values: few(pattern) }),
  fc.record({ field: fc.constant("tag"), name: text, test: tagTest }),
  fc.record({ field: fc.constant("has"), values: someOf(TRAITS) }),
  fc.record({ field: fc.constant("state"), values: someOf(ENTRY_STATES) }),
  fc.record({ field: fc.constant("is"), values: someOf(CONDITIONS) }),
  fc.record({ field: fc.constantFrom("expires", "added", "modified"), times: few(time) }),
  fc.record({ field: fc.constant("seen"), within: fc.record(duration) }),
) as fc.Arbitrary<QueryTest>;

const query: fc.Arbitrary<Query> = fc
  .array(fc.record({ negated: fc.boolean(), test: queryTest }), { maxLength: 8 })
  .map((terms) => ({ terms: terms.map((term) => ({ ...term, from: 0, to: 0 })) }));

const withoutPlaces = ({ terms }: Query) =>
  terms.map(({ negated, test: one }) => ({ negated, test: one }));

test("what is printed is read as the same query", () => {
  fc.assert(
    fc.property(query, (one) => {
      const { query: again, problems } = parseQuery(printQuery(one));
      expect(problems).toEqual([]);
      expect(withoutPlaces(again)).toEqual(withoutPlaces(one));
    }),
    { numRuns: 500 },
  );
});

const signs = fc.constantFrom(
  ...Array.from('abe:=<>,-!*"\\ /.0129[]@'),
  "type:",
  "tag:",
  "expires:",
  "\n",
  "é",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(signs, { maxLength: 60 }).map((all) => all.join("")),
);

test("any text is read, and what was understood of it is canonical", () => {
  fc.assert(
    fc.property(anyText, (one) => {
      const { query: first, problems } = parseQuery(one);
      for (const { from, to, message } of problems) {
        expect(message).not.toBe("");
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(one.length);
      }
      expect(withoutPlaces(parseQuery(printQuery(first)).query)).toEqual(withoutPlaces(first));
      expect(describeQuery(first)).toMatch(/\.$/);
    }),
    { numRuns: 2000 },
  );
});

test("wherever the cursor stands, something can be offered", () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (one, place) => {
      const cursor = one.length === 0 ? 0 : place % (one.length + 1);
      const { from, to } = completionAt(one, cursor);
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBe(cursor);
    }),
    { numRuns: 1000 },
  );
});

/** Steps, not time: how often the text was looked at. */
function looksAt(one: string): number {
  let looks = 0;
  const watched = new Proxy(Object(one) as object, {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) looks += 1;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(one) : value;
    },
  });
  parseQuery(watched as unknown as string);
  return looks;
}

test.each(['"', "a,", "-", '","', "tag:", "x/", "::", "a:b,"])(
  "twice as much of %s takes no more than about twice the steps",
  (unit) => {
    const short = looksAt(unit.repeat(2000));
    expect(looksAt(unit.repeat(4000))).toBeLessThan(short * 2.5 + 100);
  },
);
