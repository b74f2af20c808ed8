import { LAB_FILES, type ProbeResult } from "@breakwater/lab";
import type { EntryType } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";

// Engines start slowly on a busy machine; nothing here measures time.
vi.setConfig({ testTimeout: 90_000 });

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

/** What becomes of the hit and its neighbour before, while and after the entry is listed. */
const DROPPED_AND_BACK = { before: "passed", listed: true, neighbour: "passed", after: "passed" };

/** Adds the entry, tries it and its neighbour, finds the hit, removes it, tries again. */
async function listedAndBack(options: {
  type: EntryType;
  value: string;
  hit: () => Promise<ProbeResult>;
  neighbour: () => Promise<ProbeResult>;
  filter?: number;
  verdict?: "blocked" | "reset";
}) {
  const { type, value, hit, filter = 1, verdict = "blocked" } = options;
  const seen = site.sms.allEvents().length;
  const before = await hit();
  site.sms.add(type, value, filter);
  await site.untilInSync();
  const [listed, neighbour] = await Promise.all([hit(), options.neighbour()]);
  const event = await until(() => {
    const fresh = site.sms.allEvents().slice(seen);
    return fresh.find((one) => one.entry?.type === type && one.entry.value === value);
  }, `the event of ${type} ${value}`);
  expect(event).toMatchObject({ verdict, filterNumber: filter, matchedBy: "engine" });
  site.sms.remove(type, value);
  await site.untilInSync();
  return { before, listed: listed !== "passed", neighbour, after: await hit() };
}

test("an IPv6 address", async () => {
  const outcome = await listedAndBack({
    type: "ipv6",
    value: "fd00:9:1::3",
    hit: () => site.http("fd00:9:1::3"),
    neighbour: () => site.http("fd00:9:1::2"),
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("a domain covers its subdomains in any case, in DNS and in HTTP", async () => {
  const outcome = await listedAndBack({
    type: "domain",
    value: "evil.test",
    hit: () => site.dns("www.EVIL.test"),
    neighbour: () => site.dns("notevil.test"),
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("an exact domain covers the name alone", async () => {
  const outcome = await listedAndBack({
    type: "domain-exact",
    value: "exact.test",
    hit: () => site.http(OTHER, "/", { Host: "exact.test" }),
    neighbour: () => site.http(OTHER, "/", { Host: "www.exact.test" }),
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("a URL, and not its neighbour on the same host", async () => {
  const outcome = await listedAndBack({
    type: "url",
    value: "evil.test/path/evil.html",
    hit: () => site.http(OTHER, "//path/./%65vil.html", { Host: "EVIL.test" }),
    neighbour: () => site.http(OTHER, "/path/good.html", { Host: "evil.test" }),
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("a small range goes to the engine address by address, at once", async () => {
  const outcome = await listedAndBack({
    type: "cidr",
    value: "10.9.1.4/30",
    hit: () => site.http("10.9.1.5"),
    neighbour: () => site.http("10.9.1.8"),
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("the reset lane answers with a reset", async () => {
  const outcome = await listedAndBack({
    type: "ipv4",
    value: LISTED,
    hit: () => site.http(LISTED),
    neighbour: () => site.http(OTHER),
    filter: 5,
    verdict: "reset",
  });
  expect(outcome).toEqual(DROPPED_AND_BACK);
});

test("an address stays while any entry wants it", async () => {
  site.sms.change([
    ["+", "ipv4", LISTED, 1],
    ["+", "cidr", "10.9.1.2/31", 1],
  ]);
  await site.untilInSync();
  site.sms.remove("ipv4", LISTED);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("blocked");
  site.sms.remove("cidr", "10.9.1.2/31");
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("passed");
});

test("a silent filter blocks without a word; a noting one speaks without blocking", async () => {
  const before = site.sms.allEvents().length;
  site.sms.add("ipv4", LISTED, 3);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("blocked");
  site.sms.add("ipv4", LISTED, 2);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("passed");
  const events = await until(() => {
    const fresh = site.sms.allEvents().slice(before);
    return fresh.length > 0 ? fresh : undefined;
  }, "the note");
  expect(events.map((event) => event.verdict)).not.toContain("blocked");
  expect(events[0]).toMatchObject({ verdict: "logged", filterNumber: 2 });
  site.sms.remove("ipv4", LISTED);
  await site.untilInSync();
});

test("trust wins over block", async () => {
  site.sms.change([
    ["+", "cidr", "10.9.1.2/31", 1],
    ["+", "ipv4", LISTED, 4],
  ]);
  await site.untilInSync();
  expect(await site.http(LISTED)).toBe("passed");
  expect(await site.http(OTHER)).toBe("blocked");
  site.sms.change([
    ["-", "cidr", "10.9.1.2/31"],
    ["-", "ipv4", LISTED],
  ]);
  await site.untilInSync();
});

test("a wide range and a file hash wait for a reload, are said to wait, and then drop", async () => {
  const file = LAB_FILES[0].sha256;
  const fetchFile = () => site.http(OTHER, LAB_FILES[0].path);
  site.sms.change([
    ["+", "cidr", "10.101.0.0/16", 1],
    ["+", "sha256", file, 1],
  ]);
  await until(
    () => site.sms.reports.find((one) => one.exceptions.length === 2),
    "two waiting entries",
  );
  expect(site.sms.reports.find((one) => one.exceptions.length === 2)?.exceptions[0]).toMatchObject({
    state: "pending",
  });
  await until(() => site.sms.reports.at(-1)?.notInForce === 0 || undefined, "nothing to wait");
  expect(await site.http("10.101.7.7")).toBe("blocked");
  expect(await fetchFile()).toBe("blocked");
  expect(await site.http("203.0.113.5")).toBe("passed");
  await until(
    () =>
      ["cidr", "sha256"].every((type) =>
        site.sms.allEvents().some((one) => one.entry?.type === type),
      ) || undefined,
    "both events",
  );
  site.sms.change([
    ["-", "cidr", "10.101.0.0/16"],
    ["-", "sha256", file],
  ]);
  await until(
    async () => ((await site.http("10.101.7.7")) === "passed" ? true : undefined),
    "the range to pass",
  );
  expect(await fetchFile()).toBe("passed");
});
