import { createHash } from "node:crypto";
import { invalidField } from "@breakwater/protocol";

export const MAX_LAB_DEVICES = 16;
const NAME = /^[a-z0-9][a-z0-9-]{0,23}$/;

export type LabNames = {
  client: string;
  server: string;
  device: (number: number) => string;
  /** Interface of a device's wire: client end, IPS ends `a` (client side) and `b`, server end. */
  link: (end: "client" | "a" | "b" | "server", number: number) => string;
};

/**
 * Every name a lab uses, from its own name: namespaces stay readable, interfaces
 * (at most 15 characters) carry a digest so that labs side by side never meet.
 */
export function labNames(lab: string): LabNames {
  if (!NAME.test(lab)) {
    throw invalidField(
      "lab name",
      lab,
      "is not a valid lab name",
      "Use 1 to 24 lower-case letters, digits and hyphens",
    );
  }
  const digest = createHash("sha256").update(lab).digest("hex").slice(0, 6);
  const letters = { client: "c", a: "a", b: "b", server: "s" } as const;
  return {
    client: `bw-${lab}-client`,
    server: `bw-${lab}-server`,
    device: (number) => `bw-${lab}-ips${number}`,
    link: (end, number) => `bw${digest}${letters[end]}${number}`,
  };
}
