import { BlockList } from "node:net";
import { invalidField } from "@breakwater/protocol";

/** Never a management server: this host's unspecified address, link-local (cloud metadata), multicast, reserved. */
const REFUSED = new BlockList();
REFUSED.addSubnet("0.0.0.0", 8);
REFUSED.addSubnet("169.254.0.0", 16);
REFUSED.addSubnet("224.0.0.0", 4);
REFUSED.addSubnet("240.0.0.0", 4);

/** Throws InvalidRequest for addresses that credentials must never be sent to. */
export function checkTargetAddress(address: string): void {
  if (!REFUSED.check(address)) return;
  const reason = "no server has a link-local, multicast or reserved address";
  throw invalidField("address", address, reason, "Enter the address of the management server.");
}
