import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AgentSite, until } from "./agent-site.test-helper.ts";
import { FILTERS } from "./fake-sms.test-helper.ts";

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
  site.sms.add("ipv4", LISTED);
  await site.untilInSync();
});
afterAll(() => site?.close());

function outcomeOf(distribution: string) {
  return until(
    () =>
      site.sms.reports.findLast(
        ({ activation }) =>
          activation?.distribution === distribution &&
          (activation.failed || activation.step === "verified"),
      )?.activation,
    "the outcome of the distribution",
  );
}

test("custom rules are loaded with a policy and their alerts reported as rules", async () => {
  const distribution = site.sms.distribute({
    customRules:
      'drop http any any -> any any (msg:"no such path"; http.uri; content:"/forbidden"; classtype:web-application-attack; metadata:cve CVE_2021_44228, mitre_technique_id T1190, signature_severity Critical; sid:1000001; rev:1;)\n',
  });
  expect(await outcomeOf(distribution)).toMatchObject({ step: "verified", failed: false });
  expect(await site.http(OTHER, "/forbidden")).toBe("blocked");
  expect(await site.http(LISTED)).toBe("blocked");
  const event = await until(
    () => site.sms.allEvents().find((one) => one.kind === "rule"),
    "the rule's event",
  );
  expect(event).toMatchObject({
    name: "no such path",
    filterNumber: 1_000_001,
    severity: 4,
    cves: ["CVE-2021-44228"],
    techniques: ["T1190"],
    verdict: "blocked",
    host: OTHER,
  });
});

test.each([
  [
    "a rule that the engine does not know",
    "drop http any any -> any any (nonsense:1; sid:1000002;)",
    /nonsense/,
  ],
  [
    "a rule that would run code",
    "drop http any any -> any any (lua:x.lua; sid:1000003;)",
    /runs a program/,
  ],
])(
  "%s is refused with the reason, and the policy before it stays",
  async (_, customRules, reason) => {
    const distribution = site.sms.distribute({ customRules });
    const outcome = await outcomeOf(distribution);
    expect(outcome).toMatchObject({ failed: true, message: expect.stringMatching(reason) });
    expect(await site.http(OTHER, "/forbidden")).toBe("blocked");
    expect(await site.http(LISTED)).toBe("blocked");
  },
);

test("a policy whose filters act otherwise moves the entries to their new lanes", async () => {
  const filters = FILTERS.map((filter) => ({
    ...filter,
    actionSet: FILTERS[1]?.actionSet ?? filter.actionSet,
  }));
  expect(await outcomeOf(site.sms.distribute({ filters }))).toMatchObject({ step: "verified" });
  expect(await site.http(LISTED)).toBe("passed");
  expect(await outcomeOf(site.sms.distribute())).toMatchObject({ step: "verified" });
  expect(await site.http(LISTED)).toBe("blocked");
  expect(await site.http(OTHER, "/forbidden")).toBe("passed");
});

test("another client address header needs another start of the engine, and gets it", async () => {
  const httpContext = { enabled: true, clientIpHeader: "True-Client-IP" };
  expect(await outcomeOf(site.sms.distribute({ httpContext }))).toMatchObject({ step: "verified" });
  const before = site.sms.allEvents().length;
  site.sms.add("domain", "evil.test");
  await site.untilInSync();
  expect(await site.http(OTHER, "/", { Host: "evil.test", "True-Client-IP": "192.0.2.77" })).toBe(
    "blocked",
  );
  const event = await until(() => site.sms.allEvents().slice(before)[0], "the event");
  expect(event.clientIp).toBe("192.0.2.77");
});
