import type { Entry, SetId } from "@breakwater/protocol";
import { type Executor, iso, isoOrNull } from "../../database.ts";
import { keyOf } from "../entries/change-plan.ts";
import { entryState as stateOf } from "../entries/entry-row.ts";
import type { EntryKey, EntryState } from "../entries/entry-state.ts";
import { sourceNames } from "../entries/source-names.ts";
import type { LiveSet } from "../sets/live-sets.ts";
import {
  type DeviceEnforcement,
  deviceEnforcement,
  entryState,
  type Membership,
  type Target,
  type TargetException,
} from "./enforcement.ts";
import type { EntryRow } from "./store.ts";

/** A profile whose distributed version selects through `set`. */
export type SetUse = {
  set: SetId;
  profile: { id: string; name: string };
  filters: ReadonlyMap<number, { name: string; actionSet: string }>;
};

/** What other features know, read once per request. */
export type FleetView = {
  targets: Target[];
  uses: SetUse[];
  sets: readonly LiveSet[];
  exceptionsOf: (keys: readonly EntryKey[]) => Promise<(TargetException & EntryKey)[]>;
};

export type PresentedEntry = {
  entry: Entry;
  devices: DeviceEnforcement[];
  memberships: Membership[];
};

/** Entries with the filter that takes them and the devices they are in force on. */
export async function presentEntries(
  db: Executor,
  fleet: FleetView,
  rows: readonly EntryRow[],
): Promise<PresentedEntry[]> {
  if (rows.length === 0) return [];
  const keys = rows.map(({ type, value }) => ({ type, value }));
  const names = await sourceNames(db);
  const exceptions = groupByKey(await fleet.exceptionsOf(keys));
  return rows.map((row) => {
    const key = keyOf(row);
    const state = stateOf(row, names);
    const own = membershipsOf(row, state, fleet.sets);
    const devices = deviceEnforcement(fleet.targets, own, exceptions.get(key) ?? []);
    return { entry: entryOf(row, state, own, devices, fleet), devices, memberships: own };
  });
}

/** A set that has not moved since the entry last changed has it, whatever moved other sets. */
function membershipsOf(
  { type, value, revision }: EntryRow,
  state: EntryState,
  sets: readonly LiveSet[],
): Membership[] {
  return sets.flatMap(({ set, version, select }) => {
    const filter = select({ type, value, ...state });
    return filter === undefined ? [] : [{ set, filter, version: Math.min(revision, version) }];
  });
}

function entryOf(
  row: EntryRow,
  state: EntryState,
  memberships: readonly Membership[],
  devices: readonly DeviceEnforcement[],
  fleet: FleetView,
): Entry {
  return {
    id: row.id,
    type: row.type,
    value: row.value,
    severity: row.severity,
    scanAction: row.scan_action,
    sources: state.sources,
    tags: state.tags,
    created: iso(row.created),
    lastModified: iso(row.modified),
    expires: isoOrNull(row.expires),
    filter: firstFilter(memberships, fleet.uses),
    enforcement: {
      state: entryState(devices, memberships.length > 0, fleet.targets.length > 0),
      devices: {
        inForce: devices.filter((one) => one.state === "in-force").length,
        total: devices.length,
      },
    },
  };
}

function firstFilter(memberships: readonly Membership[], uses: readonly SetUse[]): Entry["filter"] {
  for (const { set, filter } of memberships) {
    const use = uses.find((one) => one.set === set);
    const details = use?.filters.get(filter);
    if (use !== undefined && details !== undefined) {
      return { profile: use.profile.name, name: details.name, actionSet: details.actionSet };
    }
  }
  return null;
}

function groupByKey<T extends EntryKey>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? [];
    group.push(row);
    groups.set(keyOf(row), group);
  }
  return groups;
}
