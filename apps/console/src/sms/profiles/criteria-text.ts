import type { Criterion } from "@breakwater/protocol";

/** Tests of a tag, in words. */
export const OPERATORS: Readonly<Record<Criterion["op"], string>> = {
  is: "is",
  "is-not": "is not",
  contains: "contains",
  "does-not-contain": "does not contain",
  greater: "is greater than",
  "greater-or-equal": "is greater than or equal to",
  less: "is less than",
  "less-or-equal": "is less than or equal to",
  before: "is before",
  after: "is after",
  "has-tag": "is set",
  "has-no-tag": "is not set",
  "source-is": "is",
  "source-is-not": "is not",
};

/** `(Trend Micro Severity is 'High') (…)`, the notation users know. */
export function criteriaText(criteria: readonly Criterion[]): string {
  return criteria.map(criterionText).join(" ");
}

function criterionText(criterion: Criterion): string {
  const subject = "tag" in criterion ? criterion.tag : "Source";
  const value = "value" in criterion ? ` ${quoted(criterion.value)}` : "";
  return `(${subject} ${OPERATORS[criterion.op]}${value})`;
}

function quoted(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? String(value) : `'${value}'`;
}
