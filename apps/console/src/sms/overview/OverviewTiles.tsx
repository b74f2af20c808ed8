import type { Overview } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import { Tile } from "../../ui/Tile.tsx";
import { CONNECTION_STATES } from "../vision-one/connection-states.ts";

/** The figures that matter most; each opens the page behind it. */
export function OverviewTiles({ overview }: { overview: Overview }) {
  const { devices, objects, events, pendingChanges, connection } = overview;
  const known = CONNECTION_STATES.find(({ state }) => state === connection.state);
  const unhealthy = devices.total - devices.healthy;
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-hairline bg-hairline lg:grid-cols-3 min-[1500px]:grid-cols-6">
      <Tile
        label="Devices healthy"
        value={`${formatExact(devices.healthy)} of ${formatExact(devices.total)}`}
        note={
          devices.behind === 0
            ? unhealthy === 0
              ? "all up to date"
              : `${unhealthy} need a look`
            : `${devices.behind} behind on changes`
        }
        tone={unhealthy > 0 ? "warning" : "ok"}
        href="/devices"
      />
      <Tile
        label="Objects to enforce"
        value={objects.selected}
        note={
          objects.selected === 0
            ? "none selected by a filter"
            : objects.inForceEverywhere
              ? "in force everywhere"
              : "not in force everywhere"
        }
        tone={objects.selected === 0 ? "none" : objects.inForceEverywhere ? "ok" : "warning"}
        href="/suspicious-objects"
      />
      <Tile
        label="Blocked in 24 hours"
        value={events.blocked24h}
        note="detections"
        href="/events?verdict=blocked&range=24h"
      />
      <Tile
        label="Logged in 24 hours"
        value={events.logged24h}
        note="detections"
        href="/events?verdict=logged&range=24h"
      />
      <Tile
        label="Pending changes"
        value={
          pendingChanges.length === 0
            ? "None"
            : pendingChanges.length === 1
              ? "1 profile"
              : `${pendingChanges.length} profiles`
        }
        note={
          pendingChanges.length === 0 ? "all saved changes distributed" : "review and distribute"
        }
        tone={pendingChanges.length === 0 ? "ok" : "warning"}
        href={pendingChanges[0]?.path ?? "/profiles"}
      />
      <Tile
        label="Trend Vision One"
        value={known?.label ?? connection.state}
        note={connection.summary}
        tone={known?.tone ?? "none"}
        href="/vision-one"
      />
    </ul>
  );
}
