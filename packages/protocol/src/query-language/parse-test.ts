import { ENTRY_TYPES, SCAN_ACTIONS, SEVERITIES } from "../entry-words.ts";
import type { EntryType } from "../reputation.ts";
import { fail, ok, type Result } from "../result.ts";
import { FIELD_NAMES, type FieldDescription, fieldNamed, TYPE_GROUPS } from "./fields.ts";
import { nearest } from "./nearest.ts";
import { parsePattern, parseWord } from "./parse-pattern.ts";
import { parseTagTest } from "./parse-tag-test.ts";
import {
  CONDITIONS,
  ENTRY_STATES,
  type QueryTest,
  type RecogniseValue,
  type Span,
  TRAITS,
} from "./query.ts";
import type { RawTerm, RawValue } from "./scan-terms.ts";
import { parseDuration, parseTimeTest } from "./time-test.ts";

export type TestProblem = { at: Span; message: string };
type Parsed<T> = Result<T, TestProblem>;

/** What a term demands; `no:` says that it demands the opposite. */
export function parseTest(
  term: RawTerm,
  recognise: RecogniseValue,
): Parsed<{ test: QueryTest; opposite: boolean }> {
  const { name } = term;
  if (name === undefined) return plain(parseWords(term, recognise));
  if (name.quoted) return plain(parseTag(term, name.text));
  const field = fieldNamed(name.text);
  if (field === undefined) return fail({ at: name, message: unknownField(name.text) });
  if (term.values.length === 0) {
    return fail({
      at: term,
      message: `${name.text}: needs a value, for example ${field.example}.`,
    });
  }
  const opposite = name.text.toLowerCase() === "no";
  const test = parseField(field, term, recognise);
  return test.ok ? ok({ test: test.value, opposite }) : test;
}

function plain(test: Parsed<QueryTest>): Parsed<{ test: QueryTest; opposite: boolean }> {
  return test.ok ? ok({ test: test.value, opposite: false }) : test;
}

function unknownField(name: string): string {
  const near = nearest(name, FIELD_NAMES);
  const hint = near === undefined ? `Fields are ${FIELD_NAMES.join(", ")}` : `Did you mean ${near}`;
  const end = near === undefined ? "." : "?";
  return `There is no field "${name}". ${hint}${end} Put quotation marks around the text to search for it.`;
}

function parseField(
  { field }: FieldDescription,
  term: RawTerm,
  recognise: RecogniseValue,
): Parsed<QueryTest> {
  const comparing = firstComparison(term);
  switch (field) {
    case "expires":
    case "added":
    case "modified":
      return mapOk(parseTimes(term, field), (times) => ({ field, times }));
    case "seen":
      return parseSeen(term);
    default:
      if (comparing !== undefined) return fail(notComparable(comparing, field));
  }
  switch (field) {
    case "value":
      return parseWords(term, recognise);
    case "covering":
      return parseCovering(term, recognise);
    case "type":
      return mapOk(each(term, parseTypes), (values) => ({
        field,
        values: distinct(values.flat()),
      }));
    case "severity":
      return mapOk(each(term, oneOf(SEVERITIES)), (values) => ({ field, values }));
    case "action":
      return mapOk(each(term, oneOf(SCAN_ACTIONS)), (values) => ({ field, values }));
    case "has":
      return mapOk(each(term, oneOf(TRAITS)), (values) => ({ field, values }));
    case "state":
      return mapOk(each(term, oneOf(ENTRY_STATES)), (values) => ({ field, values }));
    case "is":
      return mapOk(each(term, oneOf(CONDITIONS)), (values) => ({ field, values }));
    case "source":
    case "filter":
    case "profile":
      return mapOk(each(term, parsePattern), (values) => ({ field, values }));
    case "tag":
      return fail({ at: term, message: "tag: needs the name of a category in quotation marks." });
  }
}

function parseWords(term: RawTerm, recognise: RecogniseValue): Parsed<QueryTest> {
  const comparing = firstComparison(term);
  if (comparing !== undefined) {
    const message = "A comparison needs a field before it, for example expires:<24h.";
    return fail({ at: comparing, message });
  }
  if (term.values.length === 0)
    return fail({ at: term, message: "Here is nothing to search for." });
  const words = each(term, (value) => parseWord(value, recognise));
  return mapOk(words, (found) => ({ field: "value", words: found }));
}

function parseCovering(term: RawTerm, recognise: RecogniseValue): Parsed<QueryTest> {
  const values = each(term, ({ text }) => {
    const known = recognise(text);
    if (known === undefined) {
      return fail(`"${text}" is no address, range, domain, URL or hash. Write it in full.`);
    }
    return ok({ text, as: known });
  });
  return mapOk(values, (found) => ({ field: "covering", values: found }));
}

function parseTag(term: RawTerm, name: string): Parsed<QueryTest> {
  if (name === "") {
    const message = 'tag: needs the name of a category, for example tag:"Trend Micro Publisher".';
    return fail({ at: term, message });
  }
  const test = parseTagTest(term);
  return test.ok ? ok({ field: "tag", name, test: test.value }) : test;
}

function parseSeen(term: RawTerm): Parsed<QueryTest> {
  const [value] = term.values;
  const within = value === undefined ? undefined : parseDuration(value.text.toLowerCase());
  if (within === undefined || value?.op?.startsWith(">") === true || term.values.length > 1) {
    return fail({ at: term, message: "seen: needs one time span up to now, for example seen:7d." });
  }
  return ok({ field: "seen", within });
}

function parseTimes(term: RawTerm, field: "expires" | "added" | "modified") {
  return each(term, (value) => {
    const test = parseTimeTest(value.text, value.op ?? comparisonOf(term));
    if (!test.ok || field === "expires" || test.value.kind !== "never") return test;
    return fail(`${field}: cannot be never. Write a time, for example ${field}:<7d.`);
  });
}

function comparisonOf({ op }: RawTerm) {
  return op === undefined || op === ":" || op === "=" ? undefined : op;
}

function firstComparison(term: RawTerm): RawValue | RawTerm | undefined {
  return comparisonOf(term) === undefined ? term.values.find(({ op }) => op !== undefined) : term;
}

function notComparable(at: Span, field: string): TestProblem {
  return { at, message: `${field}: has no order, so it cannot be compared. Give values.` };
}

function parseTypes({ text }: RawValue): Result<readonly EntryType[], string> {
  const name = text.toLowerCase();
  if (Object.hasOwn(TYPE_GROUPS, name)) return ok(TYPE_GROUPS[name as keyof typeof TYPE_GROUPS]);
  const type = ENTRY_TYPES.find((one) => one === name);
  return type === undefined
    ? fail(notOneOf(text, [...ENTRY_TYPES, ...Object.keys(TYPE_GROUPS)]))
    : ok([type]);
}

function oneOf<T extends string>(values: readonly T[]) {
  return ({ text }: RawValue): Result<T, string> => {
    const value = values.find((one) => one.toLowerCase() === text.toLowerCase());
    return value === undefined ? fail(notOneOf(text, values)) : ok(value);
  };
}

function notOneOf(text: string, values: readonly string[]): string {
  const near = nearest(text, values);
  const hint = near === undefined ? `It can be ${values.join(", ")}.` : `Did you mean ${near}?`;
  return `"${text}" is not a value of this field. ${hint}`;
}

/** All values, or the first problem with the place of its value. */
function each<T>(term: RawTerm, parse: (value: RawValue) => Result<T, string>): Parsed<T[]> {
  const values: T[] = [];
  for (const raw of term.values) {
    const value = parse(raw);
    if (!value.ok) return fail({ at: raw, message: value.error });
    values.push(value.value);
  }
  return ok(values);
}

function mapOk<T, E>(result: Result<T, E>, map: (value: T) => QueryTest): Result<QueryTest, E> {
  return result.ok ? ok(map(result.value)) : result;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
