import { AppError, type ErrorDetail, type ReputationFilters } from "@breakwater/protocol";

/** Refuses filter tables that could not be told apart later; names every row that is wrong. */
export function checkFilters(filters: ReputationFilters): void {
  const details = [
    ...repeated(filters, "number", (filter) => String(filter.number)),
    ...repeated(filters, "name", (filter) => filter.name.trim().toLowerCase()),
  ];
  const [first] = details;
  if (first === undefined) return;
  throw new AppError("Unprocessable", `${first.field ?? "filters"}: ${first.reason}.`, { details });
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
