import type { Criteria, Criterion, ErrorDetail, TagDefinition } from "@breakwater/protocol";
import { definitionOf, type TagDefinitions } from "./check-tags.ts";
import { foldCase } from "./fold-case.ts";
import { readTagTime } from "./tag-time.ts";

export type CheckedCriteria = {
  /** With names and list values as their categories spell them, and times in UTC. */
  criteria: Criteria;
  /** Tests that cannot be meant so. */
  errors: ErrorDetail[];
  /** Tests that no entry can pass, or every one does, as the categories are now. */
  warnings: ErrorDetail[];
};

type Finding = { criterion: Criterion; error?: Problem; warning?: Problem };
type Problem = { value: string; reason: string; remedy: string };
type TagTest = Extract<Criterion, { tag: string }>;

/** Compares criteria with the tag categories. `field` is what the list is called in the answer. */
export function checkCriteria(
  definitions: TagDefinitions,
  criteria: Criteria,
  field = "criteria",
): CheckedCriteria {
  const findings = criteria.map((criterion) =>
    "tag" in criterion ? checkTest(definitions, criterion) : { criterion },
  );
  const named = (kind: "error" | "warning") =>
    findings.flatMap((finding: Finding, at) => {
      const problem = finding[kind];
      return problem === undefined ? [] : [{ field: `${field}.${at}`, ...problem }];
    });
  return {
    criteria: findings.map(({ criterion }) => criterion),
    errors: named("error"),
    warnings: named("warning"),
  };
}

function checkTest(definitions: TagDefinitions, test: TagTest): Finding {
  const definition = definitionOf(definitions, test.tag);
  if (definition === undefined) {
    const warning = {
      value: test.tag,
      reason: "there is no tag category of this name",
      remedy: "Correct the name or add the tag category; only tags of exactly this name are tested",
    };
    return { criterion: test, warning };
  }
  return checkKnown(definition, { ...test, tag: definition.name });
}

function checkKnown(definition: TagDefinition, test: TagTest): Finding {
  switch (test.op) {
    case "has-tag":
    case "has-no-tag":
      return { criterion: test };
    case "is":
    case "is-not":
      return checkEquality(definition, test);
    case "contains":
    case "does-not-contain":
      return definition.kind === "text" || definition.kind === "list"
        ? { criterion: test }
        : wrongKind(definition, test);
    case "greater":
    case "greater-or-equal":
    case "less":
    case "less-or-equal":
      return definition.kind === "number" ? { criterion: test } : wrongKind(definition, test);
    case "before":
    case "after":
      return definition.kind === "date" ? { criterion: test } : wrongKind(definition, test);
  }
}

type Equality = Extract<TagTest, { op: "is" | "is-not" }>;

function checkEquality(definition: TagDefinition, test: Equality): Finding {
  const { value } = test;
  switch (definition.kind) {
    case "text":
      return typeof value === "string" ? { criterion: test } : wrongKind(definition, test);
    case "list":
      return typeof value === "string"
        ? checkListed(definition, test, value)
        : wrongKind(definition, test);
    case "yes-no":
      return typeof value === "boolean" ? { criterion: test } : wrongKind(definition, test);
    case "number":
      return typeof value === "number"
        ? checkRange(definition, test, value)
        : wrongKind(definition, test);
    case "date": {
      const time = typeof value === "string" ? readTagTime(value) : Number.NaN;
      if (Number.isNaN(time)) return wrongKind(definition, test);
      return { criterion: { ...test, value: new Date(time).toISOString() } };
    }
  }
}

function checkListed(definition: TagDefinition, test: Equality, value: string): Finding {
  const folded = foldCase(value);
  const listed = definition.values?.find((one) => foldCase(one) === folded);
  if (listed !== undefined) return { criterion: { ...test, value: listed } };
  if (definition.otherValues) return { criterion: test };
  const warning = {
    value,
    reason: `the list of "${definition.name}" has no such value`,
    remedy: "Correct the value or add it to the tag category",
  };
  return { criterion: test, warning };
}

function checkRange({ name, min, max }: TagDefinition, test: Equality, value: number): Finding {
  const isInside =
    Number.isInteger(value) && (min === null || value >= min) && (max === null || value <= max);
  if (isInside) return { criterion: test };
  const warning = {
    value: String(value),
    reason: `"${name}" takes whole numbers${min === null || max === null ? "" : ` from ${min} to ${max}`}`,
    remedy: "Correct the number",
  };
  return { criterion: test, warning };
}

function wrongKind({ name, kind }: TagDefinition, test: TagTest): Finding {
  const error = {
    value: "value" in test ? `${test.op} ${test.value}` : test.op,
    reason: `"${name}" is a tag category of ${KINDS[kind].words}`,
    remedy: KINDS[kind].remedy,
  };
  return { criterion: test, error };
}

const KINDS = {
  text: { words: "kind text", remedy: "Test it with is or contains and a text" },
  list: { words: "kind list", remedy: "Test it with is or contains and one of its values" },
  date: { words: "kind date", remedy: "Test it with before or after, or is, and a time" },
  "yes-no": { words: "kind yes/no", remedy: "Test it with is and yes or no" },
  number: {
    words: "kind numeric range",
    remedy: "Test it with is, greater or less (or equal) and a number",
  },
} as const;
