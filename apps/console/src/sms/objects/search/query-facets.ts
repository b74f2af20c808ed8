import {
  parseQuery,
  printTerm,
  type QueryTerm,
  type QueryTest,
} from "@breakwater/protocol/query-language";
import { recogniseValue } from "../../../lib/recognise-value.ts";

/** What a facet's value is for a query: demanded, or kept out. */
export type FacetMark = "include" | "exclude";

const NONE = "none";
/** Terms of these take several values, any of which suffices. */
const LISTED: readonly QueryTest["field"][] = [
  "type",
  "severity",
  "action",
  "source",
  "state",
  "expires",
];

/** The term that a facet's value stands for, such as `severity:High`, `tag:"Case"` or `no:severity`. */
export function facetTerm(field: string, value: string): string {
  if (value === NONE) return `no:${field === "expires" ? "expiry" : field}`;
  if (field === "tag") return printTerm({ negated: false, test: hasTag(value) });
  if (field === "source") {
    const values = [{ match: "exact" as const, text: value }];
    return printTerm({ negated: false, test: { field, values } });
  }
  return `${field}:${value}`;
}

/** Which facet terms a query holds, and how. */
export function facetMarks(text: string): ReadonlyMap<string, FacetMark> {
  const marks = new Map<string, FacetMark>();
  for (const term of termsOf(text))
    for (const single of singlesOf(term)) marks.set(single, markOf(term));
  return marks;
}

/** The query with a facet term demanded or kept out; without it when it was so already. */
export function toggleFacet(text: string, term: string, mark: FacetMark): string {
  const before = facetMarks(text).get(term);
  const rest = before === undefined ? text : withoutSingle(text, term);
  return before === mark ? rest : withSingle(rest, term, mark);
}

function withoutSingle(text: string, single: string): string {
  const term = termsOf(text).find((one) => singlesOf(one).includes(single));
  if (term === undefined) return text;
  const left = singlesOf(term).filter((one) => one !== single);
  return spliced(text, term, left.length === 0 ? "" : joined(left, term.negated));
}

function withSingle(text: string, single: string, mark: FacetMark): string {
  const negated = mark === "exclude";
  const [wanted] = termsOf(single);
  const same = termsOf(text).find(
    (one) =>
      wanted !== undefined &&
      one.test.field === wanted.test.field &&
      one.negated === negated &&
      LISTED.includes(one.test.field),
  );
  if (same !== undefined) return spliced(text, same, joined([...singlesOf(same), single], negated));
  return `${text.trim()} ${joined([single], negated)}`.trim();
}

function spliced(text: string, { from, to }: QueryTerm, replacement: string): string {
  const [before, after] = [text.slice(0, from), text.slice(to)];
  if (replacement !== "") return `${before}${replacement}${after}`;
  return `${before.trimEnd()} ${after.trimStart()}`.trim();
}

/** Values of one field in one term. */
function joined(singles: readonly string[], negated: boolean): string {
  const [first = "", ...more] = singles;
  if (first.startsWith("no:")) return negated ? `has:${first.slice(3)}` : first;
  const behindColon = more.map((one) => one.slice(one.indexOf(":") + 1));
  return `${negated ? "-" : ""}${[first, ...behindColon].join(",")}`;
}

/** A value that must be missing is a facet's value of its own. */
function markOf({ test, negated }: QueryTerm): FacetMark {
  const isDemanded = test.field === "has" ? negated : !negated;
  return isDemanded ? "include" : "exclude";
}

/** The values of a term, each as a term of its own and without its sign. */
function singlesOf({ test }: QueryTerm): string[] {
  if (test.field === "has") return [`no:${test.values.join(",")}`];
  return testsOf(test).map((one) => printTerm({ negated: false, test: one }));
}

function testsOf(test: QueryTest): QueryTest[] {
  switch (test.field) {
    case "type":
      return test.values.map((value) => ({ ...test, values: [value] }));
    case "severity":
      return test.values.map((value) => ({ ...test, values: [value] }));
    case "action":
      return test.values.map((value) => ({ ...test, values: [value] }));
    case "source":
    case "filter":
    case "profile":
      return test.values.map((value) => ({ ...test, values: [value] }));
    case "state":
      return test.values.map((value) => ({ ...test, values: [value] }));
    case "expires":
    case "added":
    case "modified":
      return test.times.map((time) => ({ ...test, times: [time] }));
    case "value":
    case "covering":
    case "tag":
    case "has":
    case "is":
    case "seen":
      return [test];
  }
}

function hasTag(name: string): QueryTest {
  return { field: "tag", name, test: { op: "has" } };
}

function termsOf(text: string): readonly QueryTerm[] {
  return parseQuery(text, recogniseValue).query.terms;
}
