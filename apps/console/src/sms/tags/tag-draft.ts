import type { TagCategory, Tags, TagValue } from "@breakwater/protocol";

/** A tag as it is typed: always a text, whatever it will become. */
export type TagDraft = { key: number; name: string; value: string };
export type TagKinds = readonly Pick<TagCategory, "name" | "kind" | "several">[];

/** The tags, or what is wrong with which of them. */
export function tagsOf(
  drafts: readonly TagDraft[],
  categories: TagKinds,
): { tags: Tags } | { key: number; problem: string } {
  const tags: Tags = {};
  for (const draft of drafts) {
    const category = categories.find(({ name }) => name === draft.name);
    const value = tagValueOf(draft.value.trim(), category?.kind, category?.several ?? false);
    if (value === undefined) return { key: draft.key, problem: problemOf(category?.kind) };
    tags[draft.name] = value;
  }
  return { tags };
}

function tagValueOf(
  text: string,
  kind: TagCategory["kind"] | undefined,
  several: boolean,
): TagValue | undefined {
  switch (kind) {
    case "yes-no":
      return text !== "false";
    case "number":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case "date": {
      const time = new Date(text);
      return text === "" || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
    }
    case "list":
      if (text === "") return undefined;
      return several ? text.split(/\s*,\s*/) : text;
    case "text":
    case undefined:
      return text === "" ? undefined : text;
  }
}

function problemOf(kind: TagCategory["kind"] | undefined): string {
  if (kind === "number") return "Enter a number.";
  if (kind === "date") return "Enter a date, such as 2026-12-31.";
  return "Enter a value.";
}
