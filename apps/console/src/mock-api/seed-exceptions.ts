import type { AppliedException, EntryType } from "@breakwater/protocol";
import type { MockEntry } from "./sms-state.ts";

export type MockException = AppliedException & { type: EntryType };

const DAY = 86_400_000;

/** One exception that ends soon, and one for a network. */
export function seedExceptions(entries: readonly MockEntry[]): MockException[] {
  const common = { scope: "all profiles", owner: "Network team" };
  return [
    {
      ...common,
      id: "00000000-0000-4000-8000-0000000000e1",
      type: "ipv4",
      value: entries[3]?.value ?? "203.0.113.55",
      reason: "Scanner of a partner, ticket 4711",
      expires: new Date(Date.now() + 1.2 * DAY).toISOString(),
    },
    {
      ...common,
      id: "00000000-0000-4000-8000-0000000000e2",
      type: "cidr",
      value: "192.0.2.0/24",
      reason: "Lab network",
      expires: null,
    },
  ];
}
