import { AppError, type ErrorDetail, type NewTagCategory } from "@breakwater/protocol";
import { foldCase } from "@breakwater/reputation-set";
import type { CategoryContent } from "./store.ts";

/** Neither a file of categories nor a line on the screen can show these. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** A whole definition out of what a user gave, or everything that is wrong with it. */
export function categoryContent(given: NewTagCategory): CategoryContent {
  const problems = problemsOf(given);
  const [first] = problems;
  if (first !== undefined) {
    const message = `${first.field ?? "tag category"}: ${first.reason}. ${first.remedy ?? ""}`;
    throw new AppError("Unprocessable", message.trim(), { details: problems });
  }
  const { name, kind, description } = given;
  const isList = kind === "list";
  return {
    name,
    kind,
    description,
    values: isList ? (given.values ?? []) : null,
    several: isList && given.several === true,
    otherValues: isList && given.otherValues === true,
    min: kind === "number" ? (given.min ?? null) : null,
    max: kind === "number" ? (given.max ?? null) : null,
  };
}

function problemsOf(given: NewTagCategory): ErrorDetail[] {
  return [...textProblems(given), ...listProblems(given), ...rangeProblems(given)];
}

function textProblems({ name, description, values = [] }: NewTagCategory): ErrorDetail[] {
  const texts = [
    ["name", name],
    ["description", description],
    ...values.map((value, at) => [`values.${at}`, value] as const),
  ] as const;
  return texts.flatMap(([field, value]) =>
    UNSHOWABLE.test(value)
      ? [{ field, value, reason: "it holds control characters", remedy: "Write it in one line" }]
      : [],
  );
}

function listProblems(given: NewTagCategory): ErrorDetail[] {
  const { kind, values = [], several, otherValues } = given;
  if (kind !== "list") {
    const field = values.length > 0 ? "values" : several === true ? "several" : "otherValues";
    if (values.length === 0 && several !== true && otherValues !== true) return [];
    const reason = `a tag category of kind ${kind} has no list of values`;
    return [{ field, reason, remedy: "Leave it out or choose the kind list" }];
  }
  if (values.length === 0) {
    return [{ field: "values", reason: "a list needs values", remedy: "Give at least one" }];
  }
  const first = new Map<string, number>();
  return values.flatMap((value, at) => {
    const earlier = first.get(foldCase(value));
    first.set(foldCase(value), earlier ?? at);
    if (earlier === undefined) return [];
    const reason = `it is the same as value ${earlier + 1}; case does not count`;
    return [{ field: `values.${at}`, value, reason, remedy: "Leave one of them out" }];
  });
}

function rangeProblems({ kind, min, max }: NewTagCategory): ErrorDetail[] {
  if (kind !== "number") {
    if (min === undefined && max === undefined) return [];
    const field = min === undefined ? "max" : "min";
    const reason = `a tag category of kind ${kind} has no bounds`;
    return [{ field, reason, remedy: "Leave it out or choose the kind number" }];
  }
  if (min === undefined || max === undefined) {
    const field = min === undefined ? "min" : "max";
    return [{ field, reason: "a numeric range needs both bounds", remedy: "Give min and max" }];
  }
  if (min <= max) return [];
  const reason = `it is less than min, which is ${min}`;
  return [{ field: "max", value: String(max), reason, remedy: "Give the greater number as max" }];
}
