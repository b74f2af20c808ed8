import { compileDefinitions, type TagDefinitions } from "@breakwater/reputation-set";
import type { Executor } from "../database.ts";
import { listCategories } from "./store.ts";

/** The tag categories as they are now, ready to check tags and criteria against. */
export async function tagDefinitions(db: Executor): Promise<TagDefinitions> {
  return compileDefinitions(await listCategories(db));
}
