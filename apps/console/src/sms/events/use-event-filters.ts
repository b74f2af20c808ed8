import { useMemo } from "react";
import { keysOf } from "../../lib/entry-labels.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { VERDICT_LABELS } from "../../ui/Verdict.tsx";

const DEFAULTS = { q: "", verdict: "", device: "", address: "", range: "", open: "" };

/** What of the address is a filter, as the server wants it. */
export function useEventFilters() {
  const [view, setView] = useUrlState(DEFAULTS);
  const { q, verdict, device, address, range } = view;
  const query = useMemo(() => {
    const known = oneOf(verdict, keysOf(VERDICT_LABELS));
    return {
      ...(q.trim() === "" ? {} : { q: q.trim() }),
      ...(known === undefined ? {} : { verdict: known }),
      ...(device === "" ? {} : { device }),
      ...(address === "" ? {} : { address }),
      ...(range === "" ? {} : { range }),
    };
  }, [q, verdict, device, address, range]);
  const reset = () => setView({ q: "", verdict: "", device: "", address: "", range: "" });
  return { view, setView, query, isFiltered: Object.keys(query).length > 0, reset };
}
export type EventFilters = ReturnType<typeof useEventFilters>;
