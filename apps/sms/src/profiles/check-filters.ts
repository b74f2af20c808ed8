import { AppError, type ErrorDetail, type ReputationFilters } from "@breakwater/protocol";
import { checkCriteria, type TagDefinitions } from "@breakwater/reputation-set";

export type CheckedFilters = {
  /** With criteria as their tag categories spell them. */
  filters: ReputationFilters;
  /** Criteria that cannot do what they say, as the tag categories are now. */
  warnings: ErrorDetail[];
};

/**
 * Refuses filter tables that could not be told apart later, and criteria that their tag categories make
 * no sense of; names every row that is wrong.
 */
export function checkFilters(
  filters: ReputationFilters,
  categories: TagDefinitions,
): CheckedFilters {
  const checked = filters.map(({ criteria }, at) =>
    checkCriteria(categories, criteria, `filters.${at}.criteria`),
  );
  const details = [
    ...repeated(filters, "number", (filter) => String(filter.number)),
    ...repeated(filters, "name", (filter) => filter.name.trim().toLowerCase()),
    ...checked.flatMap(({ errors }) => errors),
  ];
  const [first] = details;
  if (first !== undefined) {
    const message = `${first.field ?? "filters"}: ${first.reason}.`;
    throw new AppError("Unprocessable", message, { details });
  }
  return {
    filters: filters.map((filter, at) => ({
      ...filter,
      criteria: checked[at]?.criteria ?? filter.criteria,
    })),
    warnings: checked.flatMap(({ warnings }) => warnings),
  };
}

function repeated(
  filters: ReputationFilters,
  field: "number" | "name",
  keyOf: (filter: ReputationFilters[number]) => string,
): ErrorDetail[] {
  const first = new Map<string, number>();
  return filters.flatMap((filter, at) => {
    const key = keyOf(filter);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, at);
      return [];
    }
    return [
      {
        field: `filters.${at}.${field}`,
        value: String(filter[field]),
        reason: `the filter at position ${earlier + 1} has the same ${field}`,
        remedy: `Give each filter a ${field} of its own`,
      },
    ];
  });
}
