import type { Entry, EntryType } from "@breakwater/protocol";
import type { StateTone } from "../ui/State.tsx";

export const ENTRY_TYPE_LABELS: Readonly<Record<EntryType, string>> = {
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
  cidr: "Address range",
  domain: "Domain",
  "domain-exact": "Domain, exact",
  url: "URL",
  md5: "MD5",
  sha1: "SHA-1",
  sha256: "SHA-256",
};

type EntryState = Entry["enforcement"]["state"];
type StateLook = { label: string; tone: StateTone };

export const ENTRY_STATE_LOOKS: Readonly<Record<EntryState, StateLook>> = {
  "in-force": { label: "In force", tone: "ok" },
  partly: { label: "Partly in force", tone: "warning" },
  pending: { label: "Pending", tone: "busy" },
  failed: { label: "Failed", tone: "error" },
  "no-filter": { label: "No filter selects it", tone: "none" },
  "no-device": { label: "No device", tone: "off" },
  held: { label: "Held back", tone: "warning" },
  excepted: { label: "Excepted", tone: "none" },
};

/** "14 of 14", or why there is no such number. */
export function enforcementText({ state, devices }: Entry["enforcement"]): string {
  switch (state) {
    case "no-filter":
      return "no filter";
    case "no-device":
      return "no device";
    case "held":
      return "held back";
    case "excepted":
      return "excepted";
    case "in-force":
    case "partly":
    case "pending":
    case "failed":
      return `${devices.inForce} of ${devices.total}`;
  }
}

/** Keys of a record in their written order, with their type. */
export function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[];
}
