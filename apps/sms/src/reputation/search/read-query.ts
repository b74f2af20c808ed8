import {
  AppError,
  describeQuery,
  parseQuery,
  printTerm,
  type Query,
  type QueryProblem,
} from "@breakwater/protocol";
import { recogniseValue } from "./recognise-value.ts";

/** What a user searches for. Throws InvalidRequest with every problem. */
export function readQuery(text: string | undefined): Query {
  const { query, problems } = parseQuery(text ?? "", recogniseValue);
  const [first] = problems;
  if (first === undefined) return query;
  throw new AppError("InvalidRequest", `The query cannot be understood: ${first.message}`, {
    details: problems.map((problem) => detailOf(problem, text ?? "")),
  });
}

function detailOf({ from, to, message }: QueryProblem, text: string) {
  return { field: "q", value: text.slice(from, to).slice(0, 200), reason: message };
}

export type QueryCheck = {
  ok: boolean;
  terms: { from: number; to: number; field: string; text: string }[];
  problems: QueryProblem[];
  readable: string;
};

/** How a query is understood, without running it. */
export function checkQuery(text: string): QueryCheck {
  const { query, problems } = parseQuery(text, recogniseValue);
  return {
    ok: problems.length === 0,
    terms: query.terms.map((term) => ({
      from: term.from,
      to: term.to,
      field: term.test.field,
      text: printTerm(term),
    })),
    problems,
    readable: describeQuery(query),
  };
}
