import type { Connection, StreamStatus } from "@breakwater/protocol";

export type OptionRow = {
  label: string;
  stream?: StreamStatus["name"];
  enabled: (connection: Connection) => boolean;
  describe: (connection: Connection) => string;
};

/** The options in the order of the status page. Those without a setting arrive with their features. */
export const OPTIONS: readonly OptionRow[] = [
  {
    label: "Service Gateway",
    enabled: () => false,
    describe: () => "Relay between this SMS and the platform. Not available yet.",
  },
  {
    label: "Suspicious Object Sync",
    stream: "suspicious-object-sync",
    enabled: ({ settings }) => settings.suspiciousObjectSync.enabled,
    describe: ({ settings }) =>
      `Pushed at once; asked for every ${settings.suspiciousObjectSync.downloadIntervalSeconds} s as a fall-back.`,
  },
  {
    label: "Security Policy and Inventory",
    stream: "policy-and-inventory",
    enabled: ({ settings }) => settings.policyAndInventory,
    describe: () => "Devices, profiles and action sets, every 5 minutes and on change.",
  },
  {
    label: "Event Sharing",
    stream: "event-sharing",
    enabled: ({ settings }) => settings.eventAndFilterStatusSharing,
    describe: () => "Every detection event, continuously.",
  },
  {
    label: "Filter Status Sharing",
    stream: "filter-status-sharing",
    enabled: ({ settings }) => settings.eventAndFilterStatusSharing,
    describe: () => "Which filters block, every 3 hours and after every distribution.",
  },
  {
    label: "TLS Network Telemetry",
    stream: "tls-telemetry",
    enabled: ({ settings }) => settings.tlsTelemetry,
    describe: () => "TLS and flow records of the devices, in real time.",
  },
  {
    label: "Cloud Sandbox URL Analysis",
    enabled: () => false,
    describe: () => "Enabled from the hub. Not available yet.",
  },
];
