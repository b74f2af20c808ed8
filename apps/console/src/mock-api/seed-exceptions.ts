import { ExceptionId, type Profile, type ReputationException } from "@breakwater/protocol";
import type { MockEntry } from "./sms-state.ts";

const DAY = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** Exceptions in every state and scope. */
export function seedExceptions(
  profile: Profile,
  entries: readonly MockEntry[],
): ReputationException[] {
  const common = {
    createdBy: "mara",
    owner: "Network team",
    stillCoveredBy: [],
    ended: null,
    endedBy: null,
  };
  return [
    {
      ...common,
      id: ExceptionId.parse("00000000-0000-4000-8000-0000000000e1"),
      type: "ipv4",
      value: entries[3]?.value ?? "203.0.113.55",
      scope: { kind: "all" },
      reason: "Scanner of a partner, ticket 4711",
      created: at(-6),
      expires: at(1.2),
      state: "active",
      covers: 1,
    },
    {
      ...common,
      id: ExceptionId.parse("00000000-0000-4000-8000-0000000000e2"),
      type: "cidr",
      value: "192.0.2.0/24",
      scope: { kind: "profile", profile: profile.id },
      reason: "Lab network",
      created: at(-40),
      expires: null,
      state: "active",
      covers: 16,
      stillCoveredBy: entries.slice(7, 9).map(({ id, type, value }) => ({ id, type, value })),
    },
    {
      ...common,
      id: ExceptionId.parse("00000000-0000-4000-8000-0000000000e3"),
      type: "domain",
      value: "update.example",
      scope: { kind: "filter", profile: profile.id, filter: 1 },
      reason: "Updates of the building control",
      owner: "jin",
      created: at(-60),
      expires: at(-3),
      state: "expired",
      covers: 0,
    },
    {
      ...common,
      id: ExceptionId.parse("00000000-0000-4000-8000-0000000000e4"),
      type: "url",
      value: "files.example/partner/list.csv",
      scope: { kind: "all" },
      reason: "Was needed for the migration",
      created: at(-90),
      expires: null,
      state: "ended",
      covers: 0,
    },
  ];
}
