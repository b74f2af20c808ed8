import type { TagCategory, TagCategoryId, TagKind } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";

/** A category without the count of its entries. */
export type StoredCategory = Omit<TagCategory, "entries">;

/** What a user may say of a category. */
export type CategoryContent = Omit<StoredCategory, "id" | "predefined">;

type CategoryRow = {
  id: TagCategoryId;
  name: string;
  kind: TagKind;
  predefined: boolean;
  description: string;
  choices: string[] | null;
  several: boolean;
  other_values: boolean;
  least: number | null;
  greatest: number | null;
};

const COLUMNS = sql`id, name, kind, predefined, description, choices, several, other_values, least, greatest`;

function categoryOf(row: CategoryRow): StoredCategory {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    predefined: row.predefined,
    description: row.description,
    values: row.choices,
    several: row.several,
    otherValues: row.other_values,
    min: row.least,
    max: row.greatest,
  };
}

/** Predefined ones first, in their order; then by name. */
export async function listCategories(db: Executor): Promise<StoredCategory[]> {
  const { rows } = await sql<CategoryRow>`
    select ${COLUMNS} from tag_category order by predefined desc, position, name`.execute(db);
  return rows.map(categoryOf);
}

export async function findCategory(
  db: Executor,
  id: TagCategoryId,
): Promise<StoredCategory | undefined> {
  const { rows } = await sql<CategoryRow>`
    select ${COLUMNS} from tag_category where id = ${id}`.execute(db);
  return rows.map(categoryOf)[0];
}

/** Until commit nobody else changes tag categories. */
export async function lockCategories(db: Executor): Promise<void> {
  await sql`lock table tag_category in share row exclusive mode`.execute(db);
}

export async function insertCategory(
  db: Executor,
  id: TagCategoryId,
  content: CategoryContent,
): Promise<void> {
  const { name, kind, description, values, several, otherValues, min, max } = content;
  await sql`
    insert into tag_category
      (id, name, kind, predefined, description, choices, several, other_values, least, greatest)
    values (${id}, ${name}, ${kind}, false, ${description}, ${values}::text[], ${several},
      ${otherValues}, ${min}, ${max})`.execute(db);
}

export async function updateCategory(
  db: Executor,
  id: TagCategoryId,
  content: CategoryContent,
): Promise<void> {
  const { name, description, values, several, otherValues, min, max } = content;
  await sql`
    update tag_category set name = ${name}, description = ${description}, choices = ${values}::text[],
      several = ${several}, other_values = ${otherValues}, least = ${min}, greatest = ${max}
    where id = ${id}`.execute(db);
}

export async function deleteCategory(db: Executor, id: TagCategoryId): Promise<void> {
  await sql`delete from tag_category where id = ${id}`.execute(db);
}
