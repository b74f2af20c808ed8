import type { Overview } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import { Tile } from "../../ui/Tile.tsx";
import { CONNECTION_STATES } from "../vision-one/connection-states.ts";

/** The figures that matter most; each opens the page behind it. */
export function OverviewTiles({ overview }: { overview: Overview }) {
  const { devices, objects, events, pendingChanges, connection } = overview;
  const known = CONNECTION_STATES.find(({ state }) => state === connection.state);
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-hairline bg-hairline lg:grid-cols-3 min-[1500px]:grid-cols-6">
      <DevicesTile devices={devices} />
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

function DevicesTile({ devices: { total, healthy, behind } }: Pick<Overview, "devices">) {
  const label = "Devices healthy";
  if (total === 0) {
    return (
      <Tile
        label={label}
        value="None"
        note="enroll the first device"
        tone="none"
        href="/devices?enroll=1"
      />
    );
  }
  const troubled = total - healthy;
  const note =
    behind > 0
      ? `${behind} behind on changes`
      : troubled > 0
        ? `${troubled} need a look`
        : "all up to date";
  return (
    <Tile
      label={label}
      value={`${formatExact(healthy)} of ${formatExact(total)}`}
      note={note}
      tone={troubled > 0 || behind > 0 ? "warning" : "ok"}
      href="/devices"
    />
  );
}
