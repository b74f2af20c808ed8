import {
  NewTagCategory,
  TAG,
  type TagCategory,
  TagCategoryId,
  type tagCategoriesApi,
} from "@breakwater/protocol";
import { found } from "./accounts-handlers.ts";
import type { Handlers } from "./mock-server.ts";

const VALUES: Readonly<Record<string, string[]>> = {
  [TAG.severity]: ["High", "Medium", "Low"],
  [TAG.scanAction]: ["block", "log"],
  [TAG.objectSource]: ["UDSO", "VASO"],
};

/** Tag categories over memory; files of them are JSON here. */
export function tagCategoryHandlers(): Handlers<typeof tagCategoriesApi> {
  let categories = initialCategories();
  const category = (id: string) =>
    found(
      categories.find((one) => one.id === id),
      "tag category",
    );
  const add = (given: NewTagCategory) => {
    const added = categoryOf(given, categories.length);
    categories = [...categories.filter(({ name }) => name !== given.name), added];
    return added;
  };
  return {
    "GET /api/v1/reputation/tag-categories": async () => ({ items: categories }),
    "POST /api/v1/reputation/tag-categories": async ({ body }) => add(body),
    "GET /api/v1/reputation/tag-categories/{id}": async ({ params }) => category(params.id),
    "PUT /api/v1/reputation/tag-categories/{id}": async ({ params, body }) => {
      const given = Object.entries(body).filter(([, value]) => value !== undefined);
      const changed: TagCategory = { ...category(params.id), ...Object.fromEntries(given) };
      categories = categories.map((one) => (one.id === changed.id ? changed : one));
      return changed;
    },
    "DELETE /api/v1/reputation/tag-categories/{id}": async ({ params }) => {
      const { id } = category(params.id);
      categories = categories.filter((one) => one.id !== id);
      return undefined;
    },
    "GET /api/v1/reputation/tag-categories/export": async ({ query }) => ({
      filename: `tag-categories.${query.format}`,
      content: JSON.stringify({ tagCategories: categories.filter((one) => !one.predefined) }),
    }),
    "POST /api/v1/reputation/tag-categories/import": async ({ body }) => {
      const file = NewTagCategory.array().parse(JSON.parse(body.content).tagCategories);
      if (!body.dryRun) for (const given of file) add(given);
      return { added: file.map(({ name }) => name), changed: [], unchanged: [], rejected: [] };
    },
  };
}

function initialCategories(): TagCategory[] {
  const predefined = Object.values(TAG).map((name, at): TagCategory => {
    const values = VALUES[name];
    const kind = name === TAG.ttl ? "date" : values === undefined ? "text" : "list";
    const category = categoryOf({ name, kind, description: "", values }, at);
    return { ...category, predefined: true, entries: { value: 212, exact: true } };
  });
  const own: NewTagCategory[] = [
    { name: "Confidence", kind: "number", description: "Of the feed", min: 0, max: 100 },
    { name: "Reviewed", kind: "yes-no", description: "" },
    {
      name: "Campaign",
      kind: "list",
      description: "What it was seen in",
      values: ["Red Kite", "Slow Loris", "Winter Vivern"],
      several: true,
    },
  ];
  return [...predefined, ...own.map((one, at) => categoryOf(one, predefined.length + at))];
}

function categoryOf(given: NewTagCategory, at: number): TagCategory {
  const { name, kind, description, values, several, otherValues, min, max } = given;
  return {
    id: TagCategoryId.parse(`00000000-0000-4000-8000-${String(at).padStart(12, "0")}`),
    name,
    kind,
    predefined: false,
    description,
    values: values ?? null,
    several: several ?? false,
    otherValues: otherValues ?? false,
    min: min ?? null,
    max: max ?? null,
    entries: { value: 0, exact: true },
  };
}
