import type { Entry, FlowControl, SetId } from "@breakwater/protocol";
import { iso, isoOrNull } from "../../database.ts";
import { keyOf } from "../entries/change-plan.ts";
import { entryState as stateOf } from "../entries/entry-row.ts";
import type { EntryKey, EntryState } from "../entries/entry-state.ts";
import type { SourceNames } from "../entries/source-names.ts";
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
  filters: ReadonlyMap<number, { name: string; actionSet: string; flow: FlowControl }>;
};

/** What other features know, read once per request. */
export type FleetView = {
  /** Changes of entries up to this one were known when everything here was read. */
  revision: number;
  targets: Target[];
  uses: SetUse[];
  sets: readonly LiveSet[];
  /** The same as they would be without exceptions; undefined when there are none. */
  unlifted: readonly LiveSet[] | undefined;
  names: SourceNames;
  exceptionsOf: (keys: readonly EntryKey[]) => Promise<(TargetException & EntryKey)[]>;
};

export type PresentedEntry = {
  entry: Entry;
  state: EntryState;
  devices: DeviceEnforcement[];
  memberships: Membership[];
};

/** Entries with the filter that takes them and the devices they are in force on. */
export async function presentEntries(
  fleet: FleetView,
  rows: readonly EntryRow[],
): Promise<PresentedEntry[]> {
  if (rows.length === 0) return [];
  const keys = rows.map(({ type, value }) => ({ type, value }));
  const exceptions = groupByKey(await fleet.exceptionsOf(keys));
  return rows.map((row) => {
    const key = keyOf(row);
    const state = stateOf(row, fleet.names);
    const own = membershipsOf(row, state, fleet.sets, fleet.revision);
    const excepted = isExcepted(row, state, own, fleet);
    const devices = deviceEnforcement(fleet.targets, own, exceptions.get(key) ?? []);
    const enforced = entryState({
      held: state.held,
      excepted,
      devices,
      anyDevice: fleet.targets.length > 0,
    });
    const entry = entryOf(row, state, { memberships: own, devices, state: enforced }, fleet);
    return { entry, state, devices, memberships: own };
  });
}

/**
 * A set that has not moved since the entry last changed has it, whatever moved other sets. Whether a
 * set has moved by a change that came after `known` is not known here: then only its revision tells.
 */
function membershipsOf(
  { type, value, revision }: EntryRow,
  state: EntryState,
  sets: readonly LiveSet[],
  known: number,
): Membership[] {
  return sets.flatMap(({ set, version, select }) => {
    const filter = select({ type, value, ...state });
    const since = revision <= known ? Math.min(revision, version) : revision;
    return filter === undefined ? [] : [{ set, filter, version: since }];
  });
}

/** Lifted wherever it would be selected. */
function isExcepted(
  row: EntryRow,
  state: EntryState,
  memberships: readonly Membership[],
  { unlifted, revision }: FleetView,
): boolean {
  if (unlifted === undefined || memberships.length > 0) return false;
  return membershipsOf(row, state, unlifted, revision).length > 0;
}

type Place = {
  memberships: readonly Membership[];
  devices: readonly DeviceEnforcement[];
  state: Entry["enforcement"]["state"];
};

function entryOf(
  row: EntryRow,
  state: EntryState,
  { memberships, devices, state: enforced }: Place,
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
    held: row.held_reason,
    enforcement: {
      state: enforced,
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
