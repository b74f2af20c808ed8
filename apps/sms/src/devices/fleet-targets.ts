import type { DeviceId } from "@breakwater/protocol";
import { type Executor, isoOrNull } from "../database.ts";
import type { Target } from "../reputation/index.ts";
import { deviceName } from "./device-name.ts";
import { deviceTargets } from "./store.ts";

/** What every device should have and has acknowledged. */
export async function fleetTargets(
  db: Executor,
  isConnected: (device: DeviceId) => boolean,
): Promise<Target[]> {
  return (await deviceTargets(db)).map((row) => ({
    id: row.id,
    name: deviceName(row.id, row.given_name, row.reported_name),
    connected: isConnected(row.id),
    lastSeen: isoOrNull(row.last_seen),
    running: row.engine === "running",
    set: row.set,
    acknowledged:
      row.ack_set === null || row.ack_version === null
        ? null
        : { set: row.ack_set, version: row.ack_version },
  }));
}
