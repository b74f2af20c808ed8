export { type CompletionContext, completionAt } from "./complete-query.ts";
export { describeQuery } from "./describe-query.ts";
export { type FieldDescription, fieldNamed, QUERY_FIELDS } from "./fields.ts";
export { MOST_VALUES, type ParsedQuery, parseQuery } from "./parse-query.ts";
export { printQuery, printTerm } from "./print-query.ts";
export {
  type Condition,
  type Duration,
  ENTRY_STATES,
  type Pattern,
  type Query,
  type QueryField,
  type QueryProblem,
  type QueryTerm,
  type QueryTest,
  type RecognisedValue,
  type RecogniseValue,
  type TagTest,
  type TimeField,
  type TimeTest,
  type Trait,
  type Word,
} from "./query.ts";
export { durationMs, type TimeBounds, timeBounds } from "./time-test.ts";
