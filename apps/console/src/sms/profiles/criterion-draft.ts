import type { TagCategory as Category, Criterion, TagKind } from "@breakwater/protocol";

/** What is being typed: always a text, whatever it will become. */
export type CriterionDraft = { key: number; subject: string; op: Criterion["op"]; value: string };
export type TagCategory = Pick<Category, "name" | "kind" | "values" | "otherValues">;

/** Stands for the source in the choice of subjects; no tag category can have this name. */
export const SOURCE = "\u0000source";

/** The tests that make sense for a subject; the first is the default. */
export function operatorsFor(
  subject: string,
  kind: TagKind | undefined,
): readonly Criterion["op"][] {
  if (subject === SOURCE) return ["source-is", "source-is-not"];
  switch (kind) {
    case "number":
      return [
        "is",
        "is-not",
        "greater",
        "greater-or-equal",
        "less",
        "less-or-equal",
        "has-tag",
        "has-no-tag",
      ];
    case "date":
      return ["before", "after", "has-tag", "has-no-tag"];
    case "yes-no":
      return ["is", "is-not", "has-tag", "has-no-tag"];
    case "text":
    case "list":
    case undefined:
      return ["is", "is-not", "contains", "does-not-contain", "has-tag", "has-no-tag"];
  }
}

export function needsValue(op: Criterion["op"]): boolean {
  return op !== "has-tag" && op !== "has-no-tag";
}

export function draftOf(criterion: Criterion, key: number): CriterionDraft {
  return {
    key,
    subject: "tag" in criterion ? criterion.tag : SOURCE,
    op: criterion.op,
    value: "value" in criterion ? String(criterion.value) : "",
  };
}

/** The test, or what is missing. */
export function criterionOf(draft: CriterionDraft, kind: TagKind | undefined): Criterion | string {
  const { subject, op } = draft;
  const value = draft.value.trim();
  if (needsValue(op) && value === "") return "Enter a value.";
  switch (op) {
    case "has-tag":
    case "has-no-tag":
      return { op, tag: subject };
    case "source-is":
    case "source-is-not":
      return { op, value };
    case "contains":
    case "does-not-contain":
      return { op, tag: subject, value };
    case "greater":
    case "greater-or-equal":
    case "less":
    case "less-or-equal":
      return Number.isFinite(Number(value))
        ? { op, tag: subject, value: Number(value) }
        : "Enter a number.";
    case "before":
    case "after": {
      const time = new Date(value);
      return Number.isNaN(time.getTime())
        ? "Enter a date, such as 2026-12-31."
        : { op, tag: subject, value: time.toISOString() };
    }
    case "is":
    case "is-not":
      return { op, tag: subject, value: typed(value, kind) };
  }
}

function typed(value: string, kind: TagKind | undefined): string | number | boolean {
  if (kind === "yes-no") return value === "true";
  if (kind === "number" && Number.isFinite(Number(value))) return Number(value);
  return value;
}
