import type { SafeguardList } from "@breakwater/protocol";

/** Why something is held back from devices, and what to do about it. */
export type Safeguard = {
  readonly code: SafeguardList | "source-empty" | "source-shrunk" | "source-grown";
  readonly reason: string;
  readonly remedy: string;
};

export const RELEASE = "Release it for its source if it is meant to be blocked, else discard it";
