import type { StreamStatus } from "@breakwater/protocol";
import type { StateTone } from "../ui/State.tsx";

/** Names of the streams between a product and the hub, as the settings call them. */
export const STREAM_LABELS: Readonly<Record<StreamStatus["name"], string>> = {
  "suspicious-object-sync": "Suspicious Object Sync",
  "policy-and-inventory": "Security Policy and Inventory",
  "event-sharing": "Event Sharing",
  "filter-status-sharing": "Filter Status Sharing",
  "tls-telemetry": "TLS Network Telemetry",
};

export const STREAM_STATES: Readonly<
  Record<StreamStatus["state"], { label: string; tone: StateTone }>
> = {
  disabled: { label: "Disabled", tone: "off" },
  connecting: { label: "Connecting", tone: "busy" },
  "in-sync": { label: "In sync", tone: "ok" },
  "catching-up": { label: "Catching up", tone: "busy" },
  failing: { label: "Failing", tone: "error" },
  "out-of-sync": { label: "Out of sync", tone: "warning" },
};

export const PATH_LABELS: Readonly<Record<StreamStatus["path"], string>> = {
  direct: "Direct",
  proxy: "HTTP proxy",
  gateway: "Service Gateway",
};
