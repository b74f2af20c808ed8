import { DeviceId, type EntryState, SetId } from "@breakwater/protocol";
import { expect, test } from "vitest";
import { deviceEnforcement, entryState, type Target } from "./enforcement.ts";

const set = SetId.parse("00000000-0000-4000-8000-00000000000a");
const other = SetId.parse("00000000-0000-4000-8000-00000000000b");
const id = (n: number) => DeviceId.parse(`00000000-0000-4000-8000-00000000000${n}`);
const member = { set, filter: 1, version: 10 };

function target(n: number, changes: Partial<Target> = {}): Target {
  return {
    id: id(n),
    name: `ips-${n}`,
    connected: true,
    lastSeen: null,
    running: true,
    set,
    acknowledged: { set, version: 10 },
    ...changes,
  };
}

test.each<[string, Target, string]>([
  ["acknowledged", target(1), "in-force"],
  [
    "a newer version is acknowledged",
    target(1, { acknowledged: { set, version: 11 } }),
    "in-force",
  ],
  ["an older version", target(1, { acknowledged: { set, version: 9 } }), "pending"],
  ["another set", target(1, { acknowledged: { set: other, version: 99 } }), "pending"],
  ["away without it", target(1, { connected: false, acknowledged: null }), "offline"],
  ["away with it", target(1, { connected: false }), "in-force"],
  ["the engine is down", target(1, { running: false }), "pending"],
])("%s", (_, one, state) => {
  expect(deviceEnforcement([one], [member], [])[0]?.state).toBe(state);
});

test("what a device reports as an exception is not in force there, and says why", () => {
  const exceptions = [
    { device: id(1), state: "over-capacity" as const, reason: "The set is full." },
  ];
  const [one, two] = deviceEnforcement([target(1), target(2)], [member], exceptions);
  expect(one).toMatchObject({ state: "over-capacity", reason: "The set is full." });
  expect(two).toMatchObject({ state: "in-force" });
});

test("a device whose profile does not select the entry does not count", () => {
  expect(deviceEnforcement([target(1, { set: other })], [member], [])).toEqual([]);
});

test.each<[string, string[], boolean, boolean, EntryState]>([
  ["no device at all", [], true, false, "no-device"],
  ["no filter", [], false, true, "no-filter"],
  ["everywhere", ["in-force", "in-force"], true, true, "in-force"],
  ["somewhere", ["in-force", "rejected"], true, true, "partly"],
  ["nowhere yet", ["pending", "offline"], true, true, "pending"],
  ["refused", ["rejected", "pending"], true, true, "failed"],
])("%s", (_, states, selected, anyDevice, expected) => {
  const devices = states.map((state, n) => ({
    device: id(n),
    name: "",
    state: state as "pending",
    reason: "",
    since: null,
  }));
  expect(
    entryState({ held: false, excepted: false, devices: selected ? devices : [], anyDevice }),
  ).toBe(expected);
});
