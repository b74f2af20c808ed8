import type { TagCategory, TagCategoryId } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { MOST_COUNTED } from "./category-use.ts";
import { categoryNotFound } from "./change-categories.ts";
import { findCategory, listCategories, type StoredCategory } from "./store.ts";
import { countTagged } from "./usage-store.ts";

export async function presentCategories(db: Executor): Promise<TagCategory[]> {
  const categories = await listCategories(db);
  return Promise.all(categories.map((one) => presentCategory(db, one)));
}

export async function readCategory(db: Executor, id: TagCategoryId): Promise<TagCategory> {
  const category = await findCategory(db, id);
  if (category === undefined) throw categoryNotFound();
  return presentCategory(db, category);
}

async function presentCategory(db: Executor, category: StoredCategory): Promise<TagCategory> {
  const tagged = await countTagged(db, category.name, MOST_COUNTED + 1);
  const exact = tagged <= MOST_COUNTED;
  return { ...category, entries: { value: exact ? tagged : MOST_COUNTED, exact } };
}
