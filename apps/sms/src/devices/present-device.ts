import type { Device } from "@breakwater/protocol";
import { iso, isoOrNull } from "../database.ts";
import { deviceHealth, type Health } from "./device-health.ts";
import { deviceName } from "./device-name.ts";
import type { DeviceRow } from "./store.ts";

/** A device row as the API shows it. */
export function presentDevice(row: DeviceRow, connected: boolean, now: Date): Device {
  const { report } = row;
  const { health, reasons } = healthOf(row, connected, now);
  return {
    id: row.id,
    name: deviceName(row.id, row.given_name, report?.name),
    address: report?.addresses[0] ?? "",
    model: report?.model ?? "",
    agentVersion: report?.agentVersion ?? "",
    engineVersion: report?.engineVersion ?? "",
    health,
    healthReasons: reasons,
    profile: {
      id: row.profile,
      name: row.profile_name,
      version: row.active_version,
      desired: row.desired_version,
    },
    set: setOf(row),
    enrolled: iso(row.enrolled),
    lastSeen: isoOrNull(row.last_seen),
    connected,
    certificateExpires: iso(row.certificate_expires),
  };
}

function setOf({ report, set_version, set_count }: DeviceRow): Device["set"] {
  if (report?.position === undefined) return null;
  return {
    version: report.position.version,
    desired: set_version ?? report.position.version,
    count: set_count ?? report.position.count,
    inForce: report.inForce,
    notInForce: report.notInForce,
    capacity: report.capacity,
  };
}

function healthOf(row: DeviceRow, connected: boolean, now: Date): Health {
  const { report } = row;
  const position = report?.position;
  return deviceHealth({
    now: now.getTime(),
    connected,
    lastSeen: row.last_seen?.getTime() ?? null,
    report,
    certificateExpires: row.certificate_expires.getTime(),
    set:
      row.set === null || row.set_version === null
        ? null
        : {
            desired: row.set_version,
            acknowledged: position?.set === row.set ? position.version : null,
          },
    bundlePending: row.desired_version !== null && row.active_version !== row.desired_version,
  });
}
