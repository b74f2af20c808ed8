import type { NewTagCategory, TagCategory } from "@breakwater/protocol";

/** A tag category as it is typed. */
export type CategoryDraft = {
  name: string;
  kind: TagCategory["kind"];
  description: string;
  values: string;
  several: boolean;
  otherValues: boolean;
  min: string;
  max: string;
};

export const NEW_CATEGORY: CategoryDraft = {
  name: "",
  kind: "text",
  description: "",
  values: "",
  several: false,
  otherValues: false,
  min: "0",
  max: "100",
};

export function draftOf(category: TagCategory): CategoryDraft {
  return {
    name: category.name,
    kind: category.kind,
    description: category.description,
    values: (category.values ?? []).join("\n"),
    several: category.several,
    otherValues: category.otherValues,
    min: String(category.min ?? 0),
    max: String(category.max ?? 100),
  };
}

/** The category as the server wants it, or the first thing that is missing. */
export function categoryOf(draft: CategoryDraft): NewTagCategory | string {
  const name = draft.name.trim();
  if (name === "") return "Enter a name";
  const base = { name, kind: draft.kind, description: draft.description.trim() };
  switch (draft.kind) {
    case "text":
    case "date":
    case "yes-no":
      return base;
    case "list": {
      const values = draft.values.split("\n").map((line) => line.trim());
      const given = [...new Set(values.filter((value) => value !== ""))];
      if (given.length === 0) return "Enter the values of the list, one per line";
      return { ...base, values: given, several: draft.several, otherValues: draft.otherValues };
    }
    case "number": {
      const [min, max] = [Number(draft.min), Number(draft.max)];
      if (draft.min.trim() === "" || draft.max.trim() === "") return "Enter both bounds";
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max))
        return "The bounds are whole numbers";
      return min > max ? "The lower bound is above the upper one" : { ...base, min, max };
    }
  }
}
