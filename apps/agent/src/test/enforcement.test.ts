import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";

const LISTED = "10.9.1.3";
const OTHER = "10.9.1.2";

let site: AgentSite;
beforeAll(async () => {
  site = await AgentSite.create();
  site.sms.distribute();
  await site.startAgent();
  await site.untilInSync();
});
afterAll(() => site?.close());

test("the device enrols, takes the policy and reports it as verified", async () => {
  const report = await until(
    () => site.sms.reports.findLast((one) => one.activation?.step === "verified"),
    "the policy to be verified",
  );
  expect(report).toMatchObject({
    engine: "running",
    activation: { failed: false },
    name: "lab-device",
  });
  expect(report.engineVersion).toMatch(/^7\./);
});

test("an address is dropped while it is listed, and its hit is reported with entry and filter", async () => {
  expect(await site.http(LISTED)).toBe("passed");
  site.sms.add("ipv4", LISTED);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("blocked");
  expect(await site.http(OTHER)).toBe("passed");
  const event = await until(
    () => site.sms.allEvents().find((one) => one.entry?.value === LISTED),
    "the event",
  );
  expect(event).toMatchObject({
    kind: "reputation",
    verdict: "blocked",
    matchedBy: "engine",
    filterNumber: 1,
    name: "Filter 1: Block + Notify",
    actionSet: "Block + Notify",
    src: "10.9.1.1",
    dst: LISTED,
    dpt: 80,
    entry: { type: "ipv4", value: LISTED },
  });
  site.sms.remove("ipv4", LISTED);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("passed");
});
