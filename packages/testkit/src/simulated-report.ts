import {
  AGENT_CAPABILITY,
  type BundleOffer,
  type DeviceReport,
  type SetPosition,
} from "@breakwater/protocol";

/** What a healthy device with this many members in force would say. */
export function simulatedReport(state: {
  name: string;
  position: SetPosition;
  bundle: BundleOffer;
  /** The bundle has just been activated. */
  verified: boolean;
}): DeviceReport {
  const { name, position, bundle, verified } = state;
  const { distribution, sha256 } = bundle;
  return {
    capability: AGENT_CAPABILITY,
    time: new Date().toISOString(),
    name,
    addresses: ["192.0.2.1"],
    model: "simulated",
    agentVersion: "0.0.0",
    engineVersion: "none",
    engine: "running",
    position,
    inForce: position.count,
    capacity: 10_000_000,
    exceptions: [],
    notInForce: 0,
    activeBundle: sha256,
    ...(verified ? { activation: { distribution, step: "verified", failed: false } } : {}),
    spool: { events: 0, bytes: 0, dropped: 0 },
    certificateExpires: new Date(Date.now() + 365 * 86_400_000).toISOString(),
    diskFreeBytes: 100 * 2 ** 30,
    alarms: [],
  };
}
