import type { Entry, EntryType } from "@breakwater/protocol";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS, keysOf } from "../../lib/entry-labels.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";

const DEFAULTS = { q: "", type: "", severity: "", state: "", source: "", open: "", add: "" };

export type ObjectQuery = {
  q?: string;
  type?: EntryType;
  severity?: "High" | "Medium" | "Low";
  state?: Entry["enforcement"]["state"];
  source?: string;
};

/** What of the address is a filter, as the server wants it. */
export function useObjectFilters() {
  const [view, setView] = useUrlState(DEFAULTS);
  const type = oneOf(view.type, keysOf(ENTRY_TYPE_LABELS));
  const severity = oneOf(view.severity, ["High", "Medium", "Low"]);
  const state = oneOf(view.state, keysOf(ENTRY_STATE_LOOKS));
  const query: ObjectQuery = {
    ...(view.q.trim() === "" ? {} : { q: view.q.trim() }),
    ...(type === undefined ? {} : { type }),
    ...(severity === undefined ? {} : { severity }),
    ...(state === undefined ? {} : { state }),
    ...(view.source === "" ? {} : { source: view.source }),
  };
  const reset = () => setView({ q: "", type: "", severity: "", state: "", source: "" });
  return { view, setView, query, isFiltered: Object.keys(query).length > 0, reset };
}
export type ObjectFilters = ReturnType<typeof useObjectFilters>;
