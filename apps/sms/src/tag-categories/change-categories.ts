import { randomUUID } from "node:crypto";
import { transaction } from "@breakwater/postgres";
import {
  AppError,
  type NewTagCategory,
  type TagCategoryChange,
  TagCategoryId,
} from "@breakwater/protocol";
import { foldCase } from "@breakwater/reputation-set";
import type { Actor, Audit } from "../audit.ts";
import type { Db, Executor } from "../database.ts";
import { categoryContent } from "./category-content.ts";
import { checkChange, checkUnused, type ReadFilters } from "./category-use.ts";
import {
  type CategoryContent,
  deleteCategory,
  findCategory,
  insertCategory,
  listCategories,
  lockCategories,
  type StoredCategory,
  updateCategory,
} from "./store.ts";

export type TagCategoryDeps = {
  db: Db;
  audit: Audit;
  /** The reputation filters of all profiles, as saved. */
  readFilters: ReadFilters;
};

/** More would not fit any screen that chooses among them. */
const MOST_CATEGORIES = 1_000;

export async function addCategory(
  deps: TagCategoryDeps,
  given: NewTagCategory,
  by: Actor,
): Promise<TagCategoryId> {
  return transaction(deps.db, async (tx) => {
    await lockCategories(tx);
    const content = newContent(given, await listCategories(tx));
    const id = TagCategoryId.parse(randomUUID());
    await insertCategory(tx, id, content);
    await deps.audit(tx, { by, action: "tag-category.add", object: content.name, after: content });
    return id;
  });
}

export async function changeCategory(
  deps: TagCategoryDeps,
  id: TagCategoryId,
  change: TagCategoryChange,
  by: Actor,
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await lockCategories(tx);
    const before = await findCategory(tx, id);
    if (before === undefined) throw categoryNotFound();
    const known = await listCategories(tx);
    const after = await changedContent(tx, deps, { before, change, known });
    await updateCategory(tx, id, after);
    const { name } = before;
    await deps.audit(tx, { by, action: "tag-category.change", object: name, before, after });
  });
}

export async function removeCategory(
  deps: TagCategoryDeps,
  id: TagCategoryId,
  by: Actor,
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await lockCategories(tx);
    const before = await findCategory(tx, id);
    if (before === undefined) throw categoryNotFound();
    checkOwn(before);
    await checkUnused(tx, deps.readFilters, before.name, "id");
    await deleteCategory(tx, id);
    await deps.audit(tx, { by, action: "tag-category.delete", object: before.name, before });
  });
}

/** What a new category would be, beside those known. Throws AppError. */
export function newContent(
  given: NewTagCategory,
  known: readonly StoredCategory[],
): CategoryContent {
  const content = categoryContent(given);
  checkName(content.name, known);
  if (known.length < MOST_CATEGORIES) return content;
  const remedy = "Delete those that are no longer used.";
  throw new AppError("Conflict", `There are ${MOST_CATEGORIES} tag categories. ${remedy}`);
}

export type CategoryEdit = {
  before: StoredCategory;
  change: TagCategoryChange;
  known: readonly StoredCategory[];
};

/** What a category would be after a change. Throws AppError. */
export async function changedContent(
  db: Executor,
  { readFilters }: Pick<TagCategoryDeps, "readFilters">,
  { before, change, known }: CategoryEdit,
): Promise<CategoryContent> {
  checkOwn(before);
  const after = categoryContent({
    name: change.name ?? before.name,
    kind: before.kind,
    description: change.description ?? before.description,
    values: change.values ?? before.values ?? undefined,
    several: change.several ?? before.several,
    otherValues: change.otherValues ?? before.otherValues,
    min: change.min ?? before.min ?? undefined,
    max: change.max ?? before.max ?? undefined,
  });
  checkName(
    after.name,
    known.filter(({ id }) => id !== before.id),
  );
  await checkChange(db, readFilters, before, after);
  return after;
}

export function categoryNotFound(): AppError {
  return new AppError("NotFound", "There is no such tag category.");
}

function checkOwn({ name, predefined }: StoredCategory): void {
  if (!predefined) return;
  const reason = "it is predefined, and the same on every SMS";
  const remedy = "Add a tag category of your own";
  throw new AppError("Conflict", `The tag category "${name}" cannot be changed: ${reason}.`, {
    details: [{ field: "id", value: name, reason, remedy }],
  });
}

function checkName(name: string, others: readonly StoredCategory[]): void {
  const same = others.find((one) => foldCase(one.name) === foldCase(name));
  if (same === undefined) return;
  const reason = `there is a tag category "${same.name}"`;
  const remedy = "Choose another name; case does not count";
  throw new AppError("Conflict", `name: ${reason}. ${remedy}.`, {
    details: [{ field: "name", value: name, reason, remedy }],
  });
}
