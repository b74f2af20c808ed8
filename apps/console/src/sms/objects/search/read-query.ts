import { describeQuery, parseQuery, type QueryProblem } from "@breakwater/protocol/query-language";
import { recogniseValue } from "../../../lib/recognise-value.ts";

export type ReadQuery = {
  /** What is searched, as one sentence. */
  words: string;
  problems: readonly QueryProblem[];
};

/** A query as people read it, with what cannot be understood. */
export function readQuery(text: string): ReadQuery {
  const { query, problems } = parseQuery(text, recogniseValue);
  return { words: describeQuery(query), problems };
}
