import { DEFAULT_ACTION_SETS, type EntryType, ProfileBundle } from "@breakwater/protocol";
import { ReputationIndex } from "@breakwater/reputation-set";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementKey, isWanted, type LiveElement, place } from "./elements.ts";
import { compilePolicy } from "./policy.ts";

const everyType = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };
const policy = compilePolicy(
  ProfileBundle.parse({
    profileId: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11",
    profileName: "Default",
    profileVersion: 1,
    policyId: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11",
    set: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11",
    filters: DEFAULT_ACTION_SETS.map((actionSet, i) => ({
      number: i + 1,
      name: actionSet.name,
      state: "enabled",
      locked: false,
      actionSet,
      types: everyType,
      untaggedEntries: true,
      taggedEntries: true,
      criteria: [],
    })),
    customRules: "",
    httpContext: { enabled: true, clientIpHeader: "X-Real-IP" },
    failureMode: "closed",
  }),
);

test("flow control decides the lane; permit without a note needs none", () => {
  const lanes = DEFAULT_ACTION_SETS.map(({ name }, i) => [name, policy.lane(i + 1)]);
  expect(Object.fromEntries(lanes)).toEqual({
    "Block + Notify": "block",
    Block: "block",
    "Block (TCP Reset) + Notify": "reset",
    "Permit + Notify": "notify",
    Permit: undefined,
    Trust: "trust",
    "Quarantine + Notify": "quarantine",
  });
  expect(policy.clientIpHeader).toBe("X-Real-IP");
  expect(policy.lane(99)).toBeUndefined();
});

describe("where an entry goes", () => {
  test.each<[EntryType, string, string]>([
    ["ipv4", "10.0.0.1", "live"],
    ["ipv6", "2001:db8::1", "live"],
    ["ipv6", "2001:db8::", "listed"],
    ["cidr", "10.0.0.0/24", "live"],
    ["cidr", "10.0.0.0/23", "listed"],
    ["cidr", "2001:db8::100/120", "live"],
    ["cidr", "2001:db8::/120", "listed"],
    ["domain", "evil.test", "live"],
    ["domain", "a.b.c.d.e.f.g.h.evil.test", "refused"],
    ["domain-exact", "a.b.c.d.e.f.g.h.evil.test", "live"],
    ["url", "evil.test/x", "live"],
    ["sha256", "a".repeat(64), "listed"],
  ])("%s %s: %s", (type, value, how) => {
    expect(place(type, value, "block").how).toBe(how);
  });

  test("a file hash is not a reason to trust", () => {
    expect(place("md5", "a".repeat(32), "trust").how).toBe("refused");
  });
});

const entries: [EntryType, string][] = [
  ["ipv4", "10.0.0.1"],
  ["ipv4", "10.0.0.2"],
  ["cidr", "10.0.0.0/30"],
  ["cidr", "10.0.0.0/31"],
  ["cidr", "10.0.0.0/8"],
  ["domain", "evil.test"],
];

test("an element is wanted exactly while some entry of its lane puts it there", () => {
  const change = fc.record({
    entry: fc.constantFrom(...entries),
    filter: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const index = new ReputationIndex();
      const held = new Map<string, LiveElement>();
      for (const { entry, filter } of changes) {
        if (filter === 0) index.remove(...entry);
        else index.put(...entry, filter);
      }
      for (const { type, value, filter } of index.members()) {
        const lane = policy.lane(filter);
        const placement = lane === undefined ? undefined : place(type, value, lane);
        if (placement?.how !== "live") continue;
        for (const element of placement.elements) held.set(elementKey(element), element);
      }
      for (const lane of ["block", "reset", "notify"] as const) {
        const values = [0, 1, 2, 3, 4].map((n) => `10.0.0.${n}`);
        for (const value of values) {
          const element: LiveElement = { lane, kind: "ip", value };
          expect([value, lane, isWanted(index, policy, element)]).toEqual([
            value,
            lane,
            held.has(elementKey(element)),
          ]);
        }
        const name: LiveElement = { lane, kind: "domain", value: "evil.test" };
        expect(isWanted(index, policy, name)).toBe(held.has(elementKey(name)));
      }
    }),
    { numRuns: 300 },
  );
});
