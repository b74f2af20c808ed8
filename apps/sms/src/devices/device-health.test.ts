import { type DeviceReport, DistributionId } from "@breakwater/protocol";
import { expect, test } from "vitest";
import { reportOf } from "../simulated-agent.test-helper.ts";
import { deviceHealth, type HealthFacts } from "./device-health.ts";

const DAY = 86_400_000;
const now = Date.UTC(2026, 0, 1);
const well: HealthFacts = {
  now,
  connected: true,
  lastSeen: now,
  report: reportOf({}),
  certificateExpires: now + 200 * DAY,
  set: { desired: 7, acknowledged: 7 },
  bundlePending: false,
};

const REFUSED: DeviceReport["activation"] = {
  distribution: DistributionId.parse("8cb24e2f-2f4f-4c1e-9a52-0b5b4f0f8f11"),
  step: "sent",
  failed: true,
  message: "line 2 is wrong",
};

test.each<[string, Partial<HealthFacts>, string, RegExp | undefined]>([
  ["all is well", {}, "healthy", undefined],
  ["it never reported", { report: null, lastSeen: null }, "never-seen", /not reported/],
  ["it is away", { connected: false }, "offline", /goes on enforcing/],
  [
    "the engine failed",
    { report: reportOf({ engine: "failed", engineMessage: "signal 11" }) },
    "failing",
    /signal 11/,
  ],
  [
    "traffic is not inspected",
    { report: reportOf({ engine: "bypassed" }) },
    "failing",
    /without inspection/,
  ],
  ["the set is old", { set: { desired: 8, acknowledged: 7 } }, "degraded", /newest reputation set/],
  ["entries are not in force", { report: reportOf({ notInForce: 3 }) }, "degraded", /^3 entries/],
  ["the bundle is old", { bundlePending: true }, "degraded", /profile version/],
  [
    "the engine refused the bundle",
    { bundlePending: true, report: reportOf({ activation: REFUSED }) },
    "degraded",
    /^The last distribution failed: line 2 is wrong\.$/,
  ],
  [
    "events were dropped",
    { report: reportOf({ spool: { events: 0, bytes: 0, dropped: 9 } }) },
    "degraded",
    /^9 events/,
  ],
  ["the disk is full", { report: reportOf({ diskFreeBytes: 5 }) }, "degraded", /disk space/],
  ["the certificate ends", { certificateExpires: now + 3 * DAY }, "degraded", /in 3 days/],
  [
    "the agent has an alarm",
    { report: reportOf({ alarms: [{ code: "x", message: "It is hot." }] }) },
    "degraded",
    /hot/,
  ],
])("when %s", (_, facts, health, reason) => {
  const result = deviceHealth({ ...well, ...facts });
  expect(result.health).toBe(health);
  if (reason === undefined) expect(result.reasons).toEqual([]);
  else expect(result.reasons.join("\n")).toMatch(reason);
});
