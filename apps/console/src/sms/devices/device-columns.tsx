import type { Device } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { DEVICE_HEALTH } from "./device-health.ts";

export const deviceColumns: readonly Column<Device>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (device) => device.name,
    cell: (device) => <DataText truncate>{device.name}</DataText>,
  },
  {
    id: "health",
    header: "Health",
    width: 124,
    sortBy: (device) => DEVICE_HEALTH[device.health].order,
    cell: (device) => (
      <span title={device.healthReasons.join(". ")}>
        <State tone={DEVICE_HEALTH[device.health].tone}>{DEVICE_HEALTH[device.health].label}</State>
      </span>
    ),
  },
  {
    id: "address",
    header: "Address",
    width: 150,
    from: "2xl",
    sortBy: (device) => device.address,
    cell: (device) => (
      <DataText mono truncate>
        {device.address}
      </DataText>
    ),
  },
  {
    id: "profile",
    header: "Profile",
    width: 210,
    from: "lg",
    sortBy: (device) => device.profile.name,
    cell: (device) => <ProfileVersion device={device} />,
  },
  {
    id: "objects",
    header: "Objects in force",
    width: 150,
    from: "md",
    align: "right",
    sortBy: (device) => device.set?.inForce ?? -1,
    cell: (device) => <SetState device={device} />,
  },
  {
    id: "engine",
    header: "Engine",
    width: 92,
    from: "3xl",
    sortBy: (device) => device.engineVersion,
    cell: (device) => <DataText truncate>{device.engineVersion}</DataText>,
  },
  {
    id: "agent",
    header: "Agent",
    width: 84,
    from: "3xl",
    sortBy: (device) => device.agentVersion,
    cell: (device) => <DataText truncate>{device.agentVersion}</DataText>,
  },
  {
    id: "seen",
    header: "Last seen",
    width: 120,
    sortBy: (device) => -(device.lastSeen === null ? 0 : Date.parse(device.lastSeen)),
    cell: (device) => <TimeAgo time={device.lastSeen} />,
  },
  {
    id: "certificate",
    header: "Certificate",
    width: 124,
    from: "xl",
    sortBy: (device) => Date.parse(device.certificateExpires),
    cell: (device) => <TimeAgo time={device.certificateExpires} />,
  },
];

/** The version the device runs, and the one it should. */
export function ProfileVersion({ device }: { device: Device }) {
  const { name, version, desired } = device.profile;
  if (version === null)
    return (
      <State
        tone={desired === null ? "none" : "busy"}
        truncate
      >{`${name}, ${desired === null ? "not distributed" : "not loaded yet"}`}</State>
    );
  if (desired !== null && version !== desired)
    return <State tone="warning" truncate>{`${name} v${version}, should be v${desired}`}</State>;
  return <span className="block truncate">{`${name} v${version}`}</span>;
}

/** How many of the set's members the engine holds, and whether the set is current. */
export function SetState({ device }: { device: Device }) {
  const { set } = device;
  if (set === null) return <span className="text-muted">none</span>;
  const behind = set.version !== set.desired;
  if (!behind && set.notInForce === 0) return <>{formatExact(set.inForce)}</>;
  return (
    <State tone={set.notInForce > 0 ? "warning" : "busy"} truncate>
      {formatExact(set.inForce)} of {formatExact(set.count)}
    </State>
  );
}
