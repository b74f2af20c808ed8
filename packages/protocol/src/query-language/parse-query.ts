import { parseTest } from "./parse-test.ts";
import type { Query, QueryProblem, QueryTerm, RecogniseValue } from "./query.ts";
import { type RawTerm, scanTerms } from "./scan-terms.ts";

/** More terms than anybody writes; each costs the database something. */
export const MOST_TERMS = 50;
/** Values over all terms: enough for a pasted list. */
export const MOST_VALUES = 500;

export type ParsedQuery = {
  /** The terms that could be understood. */
  query: Query;
  problems: QueryProblem[];
};

/**
 * Reads the query language: `severity:High,Medium -source:"Feed" 198.51.100.0/24 expires:<24h`.
 * Space: and; comma: or; `-`: not. Takes any text and never throws.
 */
export function parseQuery(text: string, recognise: RecogniseValue = () => undefined): ParsedQuery {
  const terms: QueryTerm[] = [];
  const problems: QueryProblem[] = [];
  const raw = scanTerms(text);
  for (const one of raw.slice(0, MOST_TERMS)) {
    const parsed = parseTerm(one, text, recognise);
    if ("message" in parsed) problems.push(parsed);
    else terms.push(parsed);
  }
  problems.push(...tooMuch(raw));
  return { query: { terms }, problems };
}

function parseTerm(
  raw: RawTerm,
  text: string,
  recognise: RecogniseValue,
): QueryTerm | QueryProblem {
  const { from, to, unclosed } = raw;
  if (unclosed !== undefined) {
    const message = "This quotation mark is never closed. Add another one at the end of the text.";
    return { from: unclosed, to: text.length, message };
  }
  const parsed = parseTest(raw, recognise);
  if (!parsed.ok) {
    const { at, message } = parsed.error;
    return { from: at.from, to: at.to, message };
  }
  const { test, opposite } = parsed.value;
  return { from, to, negated: raw.negated !== opposite, test };
}

function tooMuch(raw: readonly RawTerm[]): QueryProblem[] {
  const excess = raw[MOST_TERMS];
  const end = raw.at(-1)?.to ?? 0;
  if (excess !== undefined) {
    const message = `These are more than ${MOST_TERMS} terms. Search for some of them at a time.`;
    return [{ from: excess.from, to: end, message }];
  }
  const values = raw.reduce((sum, one) => sum + one.values.length, 0);
  if (values <= MOST_VALUES) return [];
  const message = `These are more than ${MOST_VALUES} values. Search for some of them at a time.`;
  return [{ from: 0, to: end, message }];
}
