import { createHash } from "node:crypto";
import { type FilterSubject, selectFilter } from "@breakwater/reputation-set";
import { canonicalJson } from "../entries/change-plan.ts";
import type { ExceptionIndex } from "../exceptions/exception-index.ts";
import type { SetDefinition } from "./set-store.ts";

/** The number of the filter that takes an entry; undefined: none does. */
export type Selection = (subject: SelectionSubject) => number | undefined;

export type SelectionSubject = FilterSubject & { readonly held: boolean };

/** Filters without exceptions; whoever holds it may ask with the exceptions of any moment. */
export function compileSelection({
  filters,
  profile,
}: SetDefinition): (exceptions: ExceptionIndex) => Selection {
  const enabled = filters.filter((filter) => filter.state === "enabled");
  return (exceptions) => (subject) => {
    if (subject.held) return undefined;
    const lifted = exceptions.isEmpty
      ? undefined
      : exceptions.liftedFrom(profile, subject.type, subject.value);
    if (lifted === undefined) return selectFilter(enabled, subject)?.number;
    if (lifted === "all") return undefined;
    const others = enabled.filter(({ number }) => !lifted.has(number));
    return selectFilter(others, subject)?.number;
  };
}

/**
 * Equal for filters of one profile that give the same set: what a filter is called, and what it does
 * with a match, changes the bundle but not the members. Profiles have sets of their own, because an
 * exception may be for one of them.
 */
export function selectionHash({ filters, profile }: SetDefinition): string {
  const selecting = filters
    .filter((filter) => filter.state === "enabled")
    .map(({ number, types, untaggedEntries, taggedEntries, criteria }) => ({
      number,
      types,
      untaggedEntries,
      taggedEntries,
      criteria,
    }));
  return createHash("sha256").update(canonicalJson({ selecting, profile })).digest("hex");
}
