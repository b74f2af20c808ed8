import { fieldNamed, QUERY_FIELDS } from "./fields.ts";
import type { QueryField, Span } from "./query.ts";
import { type RawTerm, scanTerms } from "./scan-terms.ts";

/**
 * What could be written at a place of a query: the part `from`…`to` would be replaced. `typed` is
 * that part as far as the cursor. `options` are there where all possibilities are known.
 */
export type CompletionContext = Span & { typed: string } & (
    | { kind: "field"; options: readonly string[] }
    | { kind: "value"; field: QueryField; options: readonly string[] | undefined }
    | { kind: "tag-name" }
    | { kind: "tag-value"; name: string }
  );

/** What to offer when the cursor stands at `cursor`. */
export function completionAt(text: string, cursor: number): CompletionContext {
  const before = text.slice(0, cursor);
  const term = scanTerms(before).at(-1);
  if (term === undefined || (term.to < cursor && term.unclosed === undefined)) {
    return fieldContext(cursor, cursor, "");
  }
  const { name } = term;
  if (name === undefined) return wordContext(term, cursor);
  const last = lastValue(term, before);
  if (name.quoted) return tagContext(term, name, last, cursor);
  const field = fieldNamed(name.text);
  const typed = { from: last.from, to: cursor, typed: last.text };
  if (field === undefined) return fieldContext(name.from, cursor, name.text);
  return { kind: "value", field: field.field, options: field.values, ...typed };
}

function fieldContext(from: number, to: number, typed: string): CompletionContext {
  const options = QUERY_FIELDS.flatMap(({ names }) => names);
  return { kind: "field", options, from, to, typed };
}

function wordContext(term: RawTerm, cursor: number): CompletionContext {
  const value = term.values.at(-1);
  if (value === undefined) return fieldContext(cursor, cursor, "");
  return value.quoted
    ? { kind: "tag-name", from: value.from, to: cursor, typed: value.text }
    : fieldContext(value.from, cursor, value.text);
}

function tagContext(
  term: RawTerm,
  name: Span & { text: string },
  last: { from: number; text: string },
  cursor: number,
): CompletionContext {
  if (term.op === undefined || name.to === cursor) {
    return { kind: "tag-name", from: name.from, to: cursor, typed: name.text };
  }
  return { kind: "tag-value", name: name.text, from: last.from, to: cursor, typed: last.text };
}

/** The value that is being written; behind a comma or colon it is empty. */
function lastValue(term: RawTerm, before: string): { from: number; text: string } {
  const value = term.values.at(-1);
  if (value === undefined || before.endsWith(",")) return { from: before.length, text: "" };
  const from = value.from + (value.op?.length ?? 0);
  return { from, text: value.text };
}
