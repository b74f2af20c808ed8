import type { TagCategory } from "@breakwater/protocol";
import { completionAt, fieldNamed } from "@breakwater/protocol/query-language";

export type Completion = {
  /** What is offered, as it will stand in the query. */
  text: string;
  note: string;
  /** Entries found with it, where that is known. */
  count?: number | undefined;
  /** The part of the query that it replaces. */
  from: number;
  to: number;
};
export type KnownValues = {
  /** Values that facets have seen, by field. */
  facets: Readonly<Record<string, readonly { value: string; count: number }[]>>;
  tagCategories: readonly TagCategory[];
};

const MOST = 12;
const PLAIN = /^[^\s",*=<>!-][^\s",*]*$/;

/** What could be written where the cursor stands, the likeliest first. */
export function completionsAt(text: string, cursor: number, known: KnownValues): Completion[] {
  const context = completionAt(text, cursor);
  const place = { from: context.from, to: context.to };
  const typed = context.typed.toLowerCase();
  const fitting = (name: string) => name.toLowerCase().includes(typed);
  const byStart = (a: string, b: string) =>
    Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed));
  const offer = (
    names: readonly string[],
    make: (name: string) => Omit<Completion, "from" | "to">,
  ) =>
    [...new Set(names)]
      .filter(fitting)
      .toSorted(byStart)
      .slice(0, MOST)
      .map((name) => ({ ...make(name), ...place }));
  switch (context.kind) {
    case "field":
      return offer(context.options, (name) => ({
        text: `${name}:`,
        note: fieldNamed(name)?.summary ?? "",
      }));
    case "value": {
      const seen = known.facets[context.field] ?? [];
      const names = [
        ...seen.map(({ value }) => value).filter((value) => value !== "none"),
        ...(context.options ?? []),
      ];
      const count = (name: string) => seen.find(({ value }) => value === name)?.count;
      return offer(names, (name) => ({ text: quoted(name), note: "", count: count(name) }));
    }
    case "tag-name": {
      const isField = text[context.from - 1] === ":";
      const names = known.tagCategories.map(({ name }) => name);
      return offer(names, (name) => ({
        text: `"${name}"${isField ? "" : ":"}`,
        note: "tag category",
      }));
    }
    case "tag-value": {
      const { name } = context;
      const category = known.tagCategories.find((one) => one.name === name);
      return offer(category?.values ?? [], (value) => ({ text: quoted(value), note: "" }));
    }
  }
}

/** The query with a completion in place, and where the cursor stands then. */
export function completed(text: string, { text: inserted, from, to }: Completion) {
  return {
    text: `${text.slice(0, from)}${inserted}${text.slice(to)}`,
    cursor: from + inserted.length,
  };
}

function quoted(value: string): string {
  return PLAIN.test(value) ? value : `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}
