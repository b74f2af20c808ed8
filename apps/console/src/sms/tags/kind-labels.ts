import type { TagCategory } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";

export const KIND_LABELS: Readonly<Record<TagCategory["kind"], string>> = {
  text: "Text",
  list: "List",
  date: "Date",
  "yes-no": "Yes/No",
  number: "Numeric range",
};

/** The values that a category takes, in one line. */
export function valuesText({ kind, values, several, min, max }: TagCategory): string {
  switch (kind) {
    case "text":
    case "date":
    case "yes-no":
      return "";
    case "list":
      return `${several ? "any of " : ""}${(values ?? []).join(", ")}`;
    case "number":
      return min === null || max === null ? "" : `${formatExact(min)} to ${formatExact(max)}`;
  }
}
