import type { NewTagCategory, TagCategoryFormat } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { listCategories, type StoredCategory } from "./store.ts";
import { writeXml } from "./write-xml.ts";

/** The user-defined categories, by name, as a file that any SMS imports. */
export async function exportCategories(
  db: Executor,
  format: TagCategoryFormat,
): Promise<{ filename: string; content: string }> {
  const stored = await listCategories(db);
  const categories = stored.filter(({ predefined }) => !predefined).map(exported);
  const filename = `tag-categories.${format}`;
  switch (format) {
    case "xml":
      return { filename, content: writeXml(categories) };
    case "json":
      return { filename, content: `${JSON.stringify({ tagCategories: categories }, null, 2)}\n` };
  }
}

function exported(category: StoredCategory): NewTagCategory {
  const { name, kind, description, values, several, otherValues, min, max } = category;
  return {
    name,
    kind,
    description,
    ...(values === null ? {} : { values, several, otherValues }),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
  };
}
