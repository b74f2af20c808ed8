import type {
  DistributedObject,
  DistributedRisk,
  DistributedType,
  DistributionTarget,
} from "@breakwater/protocol";
import type { StateTone } from "../../ui/State.tsx";

export const TYPE_LABELS: Readonly<Record<DistributedType, string>> = {
  ipv4: "IPv4 address",
  domain: "Domain",
  ipv6: "IPv6 address",
  url: "URL",
  sha1: "File SHA-1",
  sha256: "File SHA-256",
};

export const RISK_LABELS: Readonly<Record<DistributedRisk, string>> = {
  high: "High only",
  "high-medium": "High and medium",
  all: "High, medium, and low",
};

type Look = { label: string; tone: StateTone };

export const TARGET_STATES: Readonly<Record<DistributionTarget["state"], Look>> = {
  "in-sync": { label: "In sync", tone: "ok" },
  "catching-up": { label: "Catching up", tone: "busy" },
  failing: { label: "Failing", tone: "error" },
  disabled: { label: "Disabled", tone: "off" },
};

export const OBJECT_STATES: Readonly<Record<DistributedObject["state"], Look>> = {
  waiting: { label: "Waiting", tone: "busy" },
  sent: { label: "Sent", tone: "ok" },
  refused: { label: "Refused", tone: "error" },
  deleted: { label: "Deleted", tone: "off" },
};
