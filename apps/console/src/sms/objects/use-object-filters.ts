import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS, keysOf } from "../../lib/entry-labels.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";

const DEFAULTS = { q: "", type: "", severity: "", state: "", source: "", open: "", add: "" };

export type ObjectQuery = { q?: string };

/** What of the address is a filter, as the server wants it. */
export function useObjectFilters() {
  const [view, setView] = useUrlState(DEFAULTS);
  const type = oneOf(view.type, keysOf(ENTRY_TYPE_LABELS));
  const severity = oneOf(view.severity, ["High", "Medium", "Low"]);
  const state = oneOf(view.state, keysOf(ENTRY_STATE_LOOKS));
  const terms = [
    ...(type === undefined ? [] : [`type:${type}`]),
    ...(severity === undefined ? [] : [`severity:${severity.toLowerCase()}`]),
    ...(state === undefined ? [] : [`state:${state}`]),
    ...(view.source === "" ? [] : [`source:"${view.source}"`]),
    ...(view.q.trim() === "" ? [] : [view.q.trim()]),
  ];
  const query: ObjectQuery = terms.length === 0 ? {} : { q: terms.join(" ") };
  const reset = () => setView({ q: "", type: "", severity: "", state: "", source: "" });
  return { view, setView, query, isFiltered: Object.keys(query).length > 0, reset };
}
export type ObjectFilters = ReturnType<typeof useObjectFilters>;
