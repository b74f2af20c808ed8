import { AppError, type EntryDetail, type EntryId, ProfileId } from "@breakwater/protocol";
import { type Executor, isoOrNull } from "../../database.ts";
import { type AssertionState, byPrecedence } from "../entries/entry-state.ts";
import { appliedExceptions } from "../exceptions/applied-exceptions.ts";
import { coveringKeys } from "./covering-keys.ts";
import { explanationOf } from "./explanation.ts";
import { type FleetView, type PresentedEntry, presentEntries } from "./present-entries.ts";
import { entriesOf } from "./search-store.ts";
import { assertionsOf, type EntryRow, entriesAt, seenInEvents } from "./store.ts";
import { wouldChange } from "./would-change.ts";

const SEEN_DAYS = 7;
const DAY_MS = 86_400_000;

/** Everything about one entry: what, why, since, until, where it is in force, and what would change it. */
export async function explainEntry(
  db: Executor,
  fleet: FleetView,
  id: EntryId,
  now: number,
): Promise<EntryDetail> {
  const [row] = await entriesOf(db, [id]);
  const [presented] = row === undefined ? [] : await presentEntries(fleet, [row]);
  if (row === undefined || presented === undefined) throw entryNotFound();
  const assertions = (await assertionsOf(db, id)).toSorted(byPrecedence);
  const exceptions = await appliedExceptions(db, row);
  return {
    ...presented.entry,
    assertions: assertions.map(assertionOf),
    explanation: explanationOf(presented, assertions, exceptions),
    profiles: profilesOf(presented, fleet),
    devices: presented.devices,
    wouldChange: wouldChange({ row, assertions, exceptions, fleet, now }),
    coveredBy: await coveredBy(db, row),
    exceptions,
    seen: await seenInEvents(db, row, new Date(now - SEEN_DAYS * DAY_MS)),
  };
}

export function entryNotFound(): AppError {
  return new AppError("NotFound", "There is no such entry. It may have expired or been withdrawn.");
}

async function coveredBy(db: Executor, { id, type, value }: EntryRow) {
  const wider = await entriesAt(db, coveringKeys({ type, value }));
  return wider
    .filter((one) => one.id !== id)
    .map((one) => ({ id: one.id, type: one.type, value: one.value }));
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
    held: one.held === null ? null : { ...one.held, since: new Date(one.held.since).toISOString() },
    released:
      one.released === null
        ? null
        : { by: one.released.by, at: new Date(one.released.at).toISOString() },
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
          : { number: member.filter, name: details.name, actionSet: details.actionSet },
    };
  });
}
