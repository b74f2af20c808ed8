import { expect, test } from "vitest";
import { Alarms } from "./alarms.ts";

test("an alarm is told when it comes, changes and goes, and not in between", () => {
  const told: [string, string | undefined][] = [];
  const alarms = new Alarms((code, message) => told.push([code, message]));
  const long = "x".repeat(3000);
  for (const message of [undefined, "full", "full", long, long, undefined, undefined]) {
    alarms.set("set-sync", message);
  }
  alarms.set("clock", "slow");
  expect(told).toEqual([
    ["set-sync", "full"],
    ["set-sync", "x".repeat(1000)],
    ["set-sync", undefined],
    ["clock", "slow"],
  ]);
  expect(alarms.list()).toEqual([{ code: "clock", message: "slow" }]);
});
