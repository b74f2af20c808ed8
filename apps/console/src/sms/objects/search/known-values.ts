import type { Facet, TagCategory } from "@breakwater/protocol";
import type { KnownValues } from "./completions.ts";

/** What completion can offer besides the language itself. */
export function knownValues(
  facets: readonly Facet[] | undefined,
  tagCategories: readonly TagCategory[],
): KnownValues {
  const byField = (facets ?? []).map(({ field, values }) => [field, values] as const);
  return { facets: Object.fromEntries(byField), tagCategories };
}
