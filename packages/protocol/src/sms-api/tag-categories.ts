import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent } from "../http-api/paging.ts";
import { TagCategoryId } from "../ids.ts";
import { TagDefinition, TagKind } from "../reputation.ts";

const MOST_VALUES = 1000;
const LONGEST_FILE = 2_000_000;

export const TagCategory = TagDefinition.extend({
  id: TagCategoryId,
  /** Predefined categories are the same on every SMS and cannot be changed. */
  predefined: z.boolean(),
  description: z.string(),
  /** How many entries carry a tag of it. */
  entries: z.object({ value: z.number().int(), exact: z.boolean() }),
});
export type TagCategory = z.infer<typeof TagCategory>;

const name = z.string().trim().min(1).max(255);
const description = z.string().max(255);
const values = z.array(z.string().trim().min(1).max(255)).max(MOST_VALUES);
const bound = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

export const NewTagCategory = z.strictObject({
  name,
  kind: TagKind,
  description: description.default(""),
  /** For a list: at least one, in the order in which they are offered. */
  values: values.optional(),
  /** For a list. */
  several: z.boolean().optional(),
  /** For a list. */
  otherValues: z.boolean().optional(),
  /** For a numeric range, as `max`. */
  min: bound.optional(),
  max: bound.optional(),
});
export type NewTagCategory = z.infer<typeof NewTagCategory>;

/** The kind stays as it is; what is absent as well. */
export const TagCategoryChange = NewTagCategory.omit({ kind: true, description: true }).extend({
  name: name.optional(),
  description: description.optional(),
});
export type TagCategoryChange = z.infer<typeof TagCategoryChange>;

export const TagCategoryFormat = z.enum(["xml", "json"]);
export type TagCategoryFormat = z.infer<typeof TagCategoryFormat>;

export const TagCategoryImport = z.object({
  /** Names of categories that are new here. */
  added: z.array(z.string()),
  changed: z.array(z.string()),
  unchanged: z.array(z.string()),
  rejected: z.array(z.object({ name: z.string(), reason: z.string(), remedy: z.string() })),
});
export type TagCategoryImport = z.infer<typeof TagCategoryImport>;

const id = z.strictObject({ id: TagCategoryId });

export const tagCategoriesApi = {
  "GET /api/v1/reputation/tag-categories": {
    summary: "List tag categories, predefined ones first",
    permission: "reputation:read",
    response: z.object({ items: z.array(TagCategory) }),
  },
  "POST /api/v1/reputation/tag-categories": {
    summary: "Add a tag category",
    permission: "tag-categories:write",
    body: NewTagCategory,
    response: TagCategory,
    status: 201,
  },
  "GET /api/v1/reputation/tag-categories/{id}": {
    summary: "One tag category",
    permission: "reputation:read",
    params: id,
    response: TagCategory,
  },
  "PUT /api/v1/reputation/tag-categories/{id}": {
    summary: "Change a user-defined tag category; its kind stays, and so does what entries use",
    permission: "tag-categories:write",
    params: id,
    body: TagCategoryChange,
    response: TagCategory,
  },
  "DELETE /api/v1/reputation/tag-categories/{id}": {
    summary: "Delete a user-defined tag category that no entry and no reputation filter uses",
    permission: "tag-categories:write",
    params: id,
    response: NoContent,
    status: 204,
  },
  "GET /api/v1/reputation/tag-categories/export": {
    summary: "The user-defined tag categories as the content of a file",
    permission: "reputation:read",
    query: z.strictObject({ format: TagCategoryFormat.default("xml") }),
    response: z.object({ filename: z.string(), content: z.string() }),
  },
  "POST /api/v1/reputation/tag-categories/import": {
    summary:
      "Add and change tag categories as a file says, XML or JSON; the same file again changes nothing",
    permission: "tag-categories:write",
    body: z.strictObject({
      content: z.string().min(1).max(LONGEST_FILE),
      dryRun: z.boolean().default(false),
    }),
    bodyLimit: 4 * LONGEST_FILE,
    response: TagCategoryImport,
  },
} as const satisfies Api;
