import { createHash } from "node:crypto";
import type { ReputationFilters } from "@breakwater/protocol";
import { type FilterSubject, selectFilter } from "@breakwater/reputation-set";
import { canonicalJson } from "../entries/change-plan.ts";

/** The number of the filter that takes an entry; undefined: none does. */
export type Selection = (subject: FilterSubject) => number | undefined;

export function compileSelection(filters: ReputationFilters): Selection {
  const enabled = filters.filter((filter) => filter.state === "enabled");
  return (subject) => selectFilter(enabled, subject)?.number;
}

/**
 * Equal for filters that give the same set: what a filter is called, and what it does with a match,
 * changes the bundle but not the members.
 */
export function selectionHash(filters: ReputationFilters): string {
  const selecting = filters
    .filter((filter) => filter.state === "enabled")
    .map(({ number, types, untaggedEntries, taggedEntries, criteria }) => ({
      number,
      types,
      untaggedEntries,
      taggedEntries,
      criteria,
    }));
  return createHash("sha256").update(canonicalJson(selecting)).digest("hex");
}
