import type { DeviceHealth } from "@breakwater/protocol";
import type { StateTone } from "../../ui/State.tsx";

/** The worst first when sorted by `order`. */
export const DEVICE_HEALTH: Readonly<
  Record<DeviceHealth, { label: string; tone: StateTone; order: number }>
> = {
  failing: { label: "Failing", tone: "error", order: 0 },
  offline: { label: "Offline", tone: "error", order: 1 },
  degraded: { label: "Degraded", tone: "warning", order: 2 },
  "never-seen": { label: "Never seen", tone: "none", order: 3 },
  healthy: { label: "Healthy", tone: "ok", order: 4 },
};
