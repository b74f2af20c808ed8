import { fail, ok, type Result } from "../result.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Comparison, Pattern, Span, TagTest } from "./query.ts";
import type { RawTerm, RawValue } from "./scan-terms.ts";
import { parseDate } from "./time-test.ts";

type Parsed = Result<TagTest, { at: Span; message: string }>;

/** What stands behind a category's name. */
export function parseTagTest(term: RawTerm): Parsed {
  const [first] = term.values;
  const op = comparisonOf(term) ?? first?.op;
  if (op !== undefined) return parseComparison(term, op);
  if (first === undefined) {
    if (term.op === undefined) return ok({ op: "has" });
    return fail({ at: term, message: "Here a value is missing. Give one, or end with the name." });
  }
  const values: Pattern[] = [];
  for (const raw of term.values) {
    const value = parsePattern(raw);
    if (!value.ok) return fail({ at: raw, message: value.error });
    values.push(value.value);
  }
  return ok({ op: "is", values });
}

function comparisonOf({ op }: RawTerm): Comparison | undefined {
  return op === undefined || op === ":" || op === "=" ? undefined : op;
}

function parseComparison(term: RawTerm, op: Comparison): Parsed {
  const [value] = term.values;
  const bound = value === undefined ? undefined : boundOf(value);
  if (value === undefined || bound === undefined || term.values.length > 1) {
    return fail({ at: term, message: `${op} needs one number or date, as 5 or 2026-12-01.` });
  }
  return ok({ op, value: bound });
}

function boundOf({ text }: RawValue): number | string | undefined {
  return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text) ? Number(text) : parseDate(text);
}
