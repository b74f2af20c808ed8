import type { FleetView } from "./present-entries.ts";

/** How old what is known of devices, filters and exceptions may be for a look-up. */
const RECENT_MS = 1000;

/** The view of the fleet, read again when it is a second old. */
export function recentView(read: () => Promise<FleetView>): () => Promise<FleetView> {
  let view: Promise<FleetView> | undefined;
  let until = 0;
  return () => {
    if (view !== undefined && performance.now() < until) return view;
    until = performance.now() + RECENT_MS;
    const next = read();
    next.catch(() => {
      if (view === next) view = undefined;
    });
    view = next;
    return next;
  };
}
