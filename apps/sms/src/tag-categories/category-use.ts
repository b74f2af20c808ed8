import { AppError, type Criteria } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import type { CategoryContent, StoredCategory } from "./store.ts";
import { countNoLongerTaken, countTagged } from "./usage-store.ts";

/** Counting stops here. */
export const MOST_COUNTED = 10_000;
const MOST_NAMED = 5;

/** A reputation filter of a profile. */
export type FilterCriteria = { profile: string; filter: string; criteria: Criteria };
export type ReadFilters = (db: Executor) => Promise<FilterCriteria[]>;

/** Fails when entries have values that the category would no longer take, or a name that would be gone. */
export async function checkChange(
  db: Executor,
  readFilters: ReadFilters,
  before: StoredCategory,
  after: CategoryContent,
): Promise<void> {
  if (after.name !== before.name) await checkUnused(db, readFilters, before.name, "name");
  const lost = await countNoLongerTaken(db, before, after, MOST_COUNTED + 1);
  if (lost > 0) {
    const remedy = "Change these entries first, or keep the values they have";
    throw inUse(
      "values",
      before.name,
      `${atMost(lost)} have values that would not be taken`,
      remedy,
    );
  }
}

/** Fails when an entry has a tag of the category, or the criteria of a filter test one. */
export async function checkUnused(
  db: Executor,
  readFilters: ReadFilters,
  name: string,
  field: string,
): Promise<void> {
  const filters = (await readFilters(db)).filter(({ criteria }) =>
    criteria.some((one) => "tag" in one && one.tag === name),
  );
  if (filters.length > 0) {
    const reason = `the criteria of ${filters.length === 1 ? "a filter" : `${filters.length} filters`} test it: ${namesOf(filters)}`;
    throw inUse(field, name, reason, "Change these criteria first");
  }
  const tagged = await countTagged(db, name, MOST_COUNTED + 1);
  if (tagged > 0) {
    throw inUse(
      field,
      name,
      `${atMost(tagged)} have a tag of it`,
      "Remove the tag from them first",
    );
  }
}

function inUse(field: string, value: string, reason: string, remedy: string): AppError {
  return new AppError("Conflict", `The tag category "${value}" is in use: ${reason}. ${remedy}.`, {
    details: [{ field, value, reason, remedy }],
  });
}

function namesOf(filters: readonly FilterCriteria[]): string {
  const named = filters
    .slice(0, MOST_NAMED)
    .map(({ profile, filter }) => `"${filter}" of profile "${profile}"`);
  const more = filters.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function atMost(count: number): string {
  if (count > MOST_COUNTED) return `more than ${MOST_COUNTED} entries`;
  return count === 1 ? "1 entry" : `${count} entries`;
}
