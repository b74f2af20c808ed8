import type { EntryType, ProfileId } from "@breakwater/protocol";
import { CoverIndex } from "@breakwater/reputation-set";

/** Where an exception holds. `filter` is a filter's number in that profile. */
export type ExceptionScope =
  | { kind: "all" }
  | { kind: "profile"; profile: ProfileId }
  | { kind: "filter"; profile: ProfileId; filter: number };

export type LiveException = { type: EntryType; value: string; scope: ExceptionScope };

/** Which entries exceptions lift, in which profiles. */
export class ExceptionIndex {
  readonly #index: CoverIndex<ExceptionScope>;

  constructor(exceptions: readonly LiveException[]) {
    this.#index = new CoverIndex(
      exceptions.map(({ type, value, scope }) => ({ type, value, item: scope })),
    );
  }

  get isEmpty(): boolean {
    return this.#index.isEmpty;
  }

  /**
   * What an entry is lifted from in a profile: everything, or the filters of these numbers;
   * undefined when no exception covers it there.
   */
  liftedFrom(
    profile: ProfileId | null,
    type: EntryType,
    value: string,
  ): "all" | ReadonlySet<number> | undefined {
    let filters: Set<number> | undefined;
    for (const scope of this.#index.covering(type, value)) {
      if (scope.kind === "all") return "all";
      if (scope.profile !== profile) continue;
      if (scope.kind === "profile") return "all";
      filters = (filters ?? new Set()).add(scope.filter);
    }
    return filters;
  }
}
