import type { Connection } from "@breakwater/protocol";
import type { StateTone } from "../../ui/State.tsx";

type ConnectionState = { state: Connection["state"]; label: string; tone: StateTone };

/** The states of a connection in words. */
export const CONNECTION_STATES: readonly ConnectionState[] = [
  { state: "not-connected", label: "Not connected", tone: "none" },
  { state: "enrolling", label: "Enrolling", tone: "busy" },
  { state: "connecting", label: "Connecting", tone: "busy" },
  { state: "connected", label: "Connected", tone: "ok" },
  { state: "degraded", label: "Degraded", tone: "warning" },
  { state: "refused", label: "Refused", tone: "error" },
  { state: "disconnected", label: "Disconnected", tone: "off" },
];
