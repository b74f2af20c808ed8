import { type Device, DeviceId, ProfileId } from "@breakwater/protocol";
import { expect, it } from "vitest";
import { isProtecting, LAB_MODEL, pickLabDevice } from "./lab-device-state.ts";

const UUID = "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a1";
const SET = { version: 5, desired: 5, count: 9, inForce: 9, notInForce: 0, capacity: 100 };

function device(last: number, change: Partial<Device> = {}): Device {
  return {
    id: DeviceId.parse(`${UUID}${last}`),
    name: "lab-device-1",
    address: "192.0.2.2",
    model: LAB_MODEL,
    agentVersion: "0.1.0",
    engineVersion: "7.0.10",
    health: "healthy",
    healthReasons: [],
    profile: { id: ProfileId.parse(`${UUID}0`), name: "Default", version: 3, desired: 3 },
    set: SET,
    enrolled: "2026-01-01T00:00:00Z",
    lastSeen: null,
    connected: true,
    certificateExpires: "2027-01-01T00:00:00Z",
    ...change,
  };
}

it("the lab's device is found under any name, and among others", () => {
  const left = device(1, { connected: false });
  const renamed = device(2, { name: "edge-1" });
  const other = device(3, { model: "Breakwater agent" });
  expect(pickLabDevice([other, left, renamed])).toBe(renamed);
  expect(pickLabDevice([other, left])).toBe(left);
  expect(pickLabDevice([other])).toBeUndefined();
});

it.each<[string, Partial<Device>, boolean]>([
  ["with everything distributed in force", {}, true],
  ["before it is connected", { connected: false }, false],
  ["before its first profile", { profile: { ...device(1).profile, version: null } }, false],
  ["before its first set", { set: null }, false],
  ["while changes are on their way", { set: { ...SET, version: 4 } }, false],
  [
    "with the profile before the one that its engine refused",
    { profile: { ...device(1).profile, desired: 4 }, set: { ...SET, version: 5, desired: 1 } },
    true,
  ],
])("protects, %s", (_, change, expected) => {
  expect(isProtecting(device(1, change))).toBe(expected);
});
