import { keysOf } from "../../lib/entry-labels.ts";
import { OBJECT_SOURCE_LABELS, OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";

const DEFAULTS = { q: "", type: "", risk: "", source: "", open: "", add: "" };

/** What of the address is a filter, as the server wants it. */
export function useHubObjectFilters() {
  const [view, setView] = useUrlState(DEFAULTS);
  const type = oneOf(view.type, keysOf(OBJECT_TYPE_LABELS));
  const riskLevel = oneOf(view.risk, ["High", "Medium", "Low"]);
  const source = oneOf(view.source, keysOf(OBJECT_SOURCE_LABELS));
  const query = {
    ...(view.q.trim() === "" ? {} : { q: view.q.trim() }),
    ...(type === undefined ? {} : { type }),
    ...(riskLevel === undefined ? {} : { riskLevel }),
    ...(source === undefined ? {} : { source }),
  };
  const reset = () => setView({ q: "", type: "", risk: "", source: "" });
  return { view, setView, query, isFiltered: Object.keys(query).length > 0, reset };
}
export type HubObjectFilters = ReturnType<typeof useHubObjectFilters>;
