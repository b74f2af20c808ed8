import type { HubObject } from "@breakwater/protocol";

export const OBJECT_TYPE_LABELS: Readonly<Record<HubObject["type"], string>> = {
  ip: "IP address",
  domain: "Domain",
  url: "URL",
  fileSha1: "File SHA-1",
  fileSha256: "File SHA-256",
};

/** Who put an object on the list. */
export const OBJECT_SOURCE_LABELS: Readonly<Record<HubObject["source"], string>> = {
  UDSO: "User-defined",
  VASO: "Sandbox",
};
