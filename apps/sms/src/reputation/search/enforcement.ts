import type { DeviceId, EntryDetail, EntryState, SetId } from "@breakwater/protocol";

/** What enforcement is computed from, for one device. */
export type Target = {
  id: DeviceId;
  name: string;
  connected: boolean;
  lastSeen: string | null;
  running: boolean;
  /** The set of the profile version it should run. */
  set: SetId | null;
  acknowledged: { set: SetId; version: number } | null;
};

export type TargetException = {
  device: DeviceId;
  state: "pending" | "rejected" | "over-capacity";
  reason: string;
};

/** An entry in one set: a device that has at least `version` of the set has it. */
export type Membership = { set: SetId; filter: number; version: number };

export type DeviceEnforcement = EntryDetail["devices"][number];

/**
 * On which devices an entry is in force: those that should have it and acknowledged a version of
 * their set at least as new as the entry's place in it, unless they report it as an exception.
 */
export function deviceEnforcement(
  targets: readonly Target[],
  memberships: readonly Membership[],
  exceptions: readonly TargetException[],
): DeviceEnforcement[] {
  const bySet = new Map(memberships.map((one) => [one.set, one]));
  const byDevice = new Map(exceptions.map((one) => [one.device, one]));
  return targets.flatMap((target) => {
    const member = target.set === null ? undefined : bySet.get(target.set);
    if (member === undefined) return [];
    return [enforcementOn(target, member, byDevice.get(target.id))];
  });
}

function enforcementOn(
  target: Target,
  member: Membership,
  exception: TargetException | undefined,
): DeviceEnforcement {
  const common = { device: target.id, name: target.name, since: null };
  const has =
    target.acknowledged?.set === member.set && target.acknowledged.version >= member.version;
  if (!has) {
    return target.connected
      ? { ...common, state: "pending", reason: "The device has not acknowledged it yet." }
      : { ...common, state: "offline", reason: "The device is offline and does not have it yet." };
  }
  if (exception !== undefined) {
    return { ...common, state: exception.state, reason: exception.reason };
  }
  if (!target.running) {
    return {
      ...common,
      state: "pending",
      reason: "The device has it, but its engine is not running.",
    };
  }
  return { ...common, state: "in-force", reason: "The engine acts on it.", since: null };
}

export type StateInput = {
  held: boolean;
  /** An exception lifts it wherever a filter would take it. */
  excepted: boolean;
  /** Those that should have it. */
  devices: readonly DeviceEnforcement[];
  anyDevice: boolean;
};

/** The state over all devices. */
export function entryState({ held, excepted, devices, anyDevice }: StateInput): EntryState {
  if (held) return "held";
  if (excepted) return "excepted";
  if (!anyDevice) return "no-device";
  if (devices.length === 0) return "no-filter";
  const inForce = devices.filter((one) => one.state === "in-force").length;
  if (inForce === devices.length) return "in-force";
  if (inForce > 0) return "partly";
  const failed = devices.some((one) => one.state === "rejected" || one.state === "over-capacity");
  return failed ? "failed" : "pending";
}
