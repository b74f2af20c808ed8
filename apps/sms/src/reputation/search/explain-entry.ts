import { AppError, type EntryDetail, type EntryId, ProfileId } from "@breakwater/protocol";
import { type Executor, isoOrNull } from "../../database.ts";
import { type AssertionState, byPrecedence } from "../entries/entry-state.ts";
import { type FleetView, type PresentedEntry, presentEntries } from "./present-entries.ts";
import { assertionsOf, findEntries } from "./store.ts";

/** Everything about one entry: what, why, since, until, and where it is in force. */
export async function explainEntry(
  db: Executor,
  fleet: FleetView,
  id: EntryId,
): Promise<EntryDetail> {
  const [presented] = await presentEntries(db, fleet, await findEntries(db, [id]));
  if (presented === undefined) throw entryNotFound();
  const assertions = (await assertionsOf(db, id)).toSorted(byPrecedence);
  return {
    ...presented.entry,
    assertions: assertions.map(assertionOf),
    explanation: explanationOf(presented, assertions),
    profiles: profilesOf(presented, fleet),
    devices: presented.devices,
  };
}

export function entryNotFound(): AppError {
  return new AppError("NotFound", "There is no such entry. It may have expired or been withdrawn.");
}

function assertionOf(one: AssertionState): EntryDetail["assertions"][number] {
  return {
    source: one.source,
    severity: one.severity,
    scanAction: one.scanAction,
    tags: one.tags,
    description: one.description,
    since: new Date(one.since).toISOString(),
    expires: isoOrNull(one.expires === null ? null : new Date(one.expires)),
  };
}

function profilesOf({ memberships }: PresentedEntry, fleet: FleetView): EntryDetail["profiles"] {
  return fleet.uses.map((use) => {
    const member = memberships.find((one) => one.set === use.set);
    const details = member === undefined ? undefined : use.filters.get(member.filter);
    return {
      profile: ProfileId.parse(use.profile.id),
      name: use.profile.name,
      filter:
        member === undefined || details === undefined
          ? null
          : { number: member.filter, ...details },
    };
  });
}

function explanationOf({ entry }: PresentedEntry, assertions: readonly AssertionState[]): string {
  const who = list(assertions.map((one) => one.source));
  const until = untilOf(assertions);
  const { inForce, total } = entry.enforcement.devices;
  const { filter } = entry;
  switch (entry.enforcement.state) {
    case "no-device":
      return `Not acted on: no device is enrolled yet. Asserted by ${who}${until}.`;
    case "no-filter":
      return `Not acted on: no reputation filter of a distributed profile selects it. Asserted by ${who}${until}.`;
    case "in-force":
    case "partly":
    case "pending":
    case "failed": {
      const by =
        filter === null
          ? "a reputation filter"
          : `the filter "${filter.name}" of profile "${filter.profile}" (${filter.actionSet})`;
      return `Selected by ${by} because ${who} asserts it${until}; in force on ${inForce} of ${total} devices.`;
    }
  }
}

/** " until 14:02 because feed B still asserts it" */
function untilOf(assertions: readonly AssertionState[]): string {
  const lasting = assertions.find((one) => one.expires === null);
  if (lasting !== undefined) return ", without end";
  const last = assertions.reduce<AssertionState | undefined>(
    (latest, one) => ((one.expires ?? 0) > (latest?.expires ?? 0) ? one : latest),
    undefined,
  );
  if (last?.expires == null) return "";
  const because = assertions.length > 1 ? `, when "${last.source}" ends last` : "";
  return ` until ${new Date(last.expires).toISOString()}${because}`;
}

function list(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1) ?? ""}`;
}
