import {
  type Criterion,
  type ReputationFilter,
  TAG,
  type Tags,
  type TagValue,
} from "@breakwater/protocol";
import { describe, expect, test } from "vitest";
import { matchesCriteria, selectFilter } from "./criteria.ts";

const everyType = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };
const blockNotify = {
  name: "Block + Notify",
  flow: "block",
  notify: true,
  packetTrace: false,
} as const;

function filter(changes: Partial<ReputationFilter>): ReputationFilter {
  return {
    number: 1,
    name: "Suspicious objects",
    state: "enabled",
    locked: false,
    actionSet: blockNotify,
    types: everyType,
    untaggedEntries: false,
    taggedEntries: true,
    criteria: [],
    ...changes,
  };
}

/** The filter of the product guide, SPEC C2. */
const guide = filter({
  criteria: [
    { op: "is", tag: TAG.detectionCategory, value: "Suspicious Object" },
    { op: "contains", tag: TAG.publisher, value: "Vision One Threat Intelligence" },
    { op: "is", tag: TAG.severity, value: "High" },
  ],
});
const objectTags: Tags = {
  [TAG.detectionCategory]: "Suspicious Object",
  [TAG.publisher]: "Trend Vision One Threat Intelligence",
  [TAG.severity]: "High",
  [TAG.scanAction]: "block",
};

describe("the example of the product guide", () => {
  test.each([
    ["ipv4", "10.0.0.1"],
    ["ipv6", "2001:db8::1"],
    ["cidr", "10.0.0.0/8"],
    ["domain", "evil.test"],
    ["url", "evil.test/x"],
    ["sha256", "a".repeat(64)],
  ] as const)("takes a High object of type %s", (type, value) => {
    const taken = selectFilter([guide], { type, value, tags: objectTags, sources: ["hub"] });
    expect(taken?.actionSet.name).toBe("Block + Notify");
  });

  test.each<[string, Tags]>([
    ["severity Medium", { ...objectTags, [TAG.severity]: "Medium" }],
    ["another category", { ...objectTags, [TAG.detectionCategory]: "Other" }],
    ["another publisher", { ...objectTags, [TAG.publisher]: "Somebody" }],
    ["no tags", {}],
  ])("leaves an object with %s", (_, tags) => {
    expect(
      selectFilter([guide], { type: "ipv4", value: "10.0.0.1", tags, sources: [] }),
    ).toBeUndefined();
  });
});

describe("selecting a filter", () => {
  const entry = {
    type: "domain",
    value: "evil.test",
    tags: { a: "x" },
    sources: ["feed"],
  } as const;

  test("the first that takes the entry wins; disabled ones and other types are passed over", () => {
    const filters = [
      filter({ number: 1, state: "disabled" }),
      filter({ number: 2, types: { ...everyType, dns: false } }),
      filter({ number: 3, criteria: [{ op: "has-tag", tag: "b" }] }),
      filter({ number: 4, criteria: [{ op: "has-tag", tag: "a" }] }),
      filter({ number: 5 }),
    ];
    expect(selectFilter(filters, entry)?.number).toBe(4);
  });

  test("an untagged entry needs a filter for untagged ones, and is tested by source only", () => {
    const bare = { ...entry, tags: {} };
    expect(selectFilter([filter({})], bare)).toBeUndefined();
    const list = filter({ untaggedEntries: true, taggedEntries: false, criteria: guide.criteria });
    expect(selectFilter([list], bare)?.number).toBe(1);
    expect(selectFilter([list], entry)).toBeUndefined();
    const bySource = filter({
      untaggedEntries: true,
      criteria: [{ op: "source-is", value: "other" }],
    });
    expect(selectFilter([bySource], bare)).toBeUndefined();
  });

  test("a range follows the switch of its address family", () => {
    const onlyIpv6 = filter({ types: { ...everyType, ipv4: false } });
    const range = { ...entry, type: "cidr" } as const;
    expect(selectFilter([onlyIpv6], { ...range, value: "10.0.0.0/8" })).toBeUndefined();
    expect(selectFilter([onlyIpv6], { ...range, value: "2001:db8::/32" })?.number).toBe(1);
  });
});

test("a tag named like a property of every object is an ordinary tag", () => {
  expect(matchesCriteria([{ op: "has-tag", tag: "constructor" }], {}, [])).toBe(false);
  expect(matchesCriteria([{ op: "is-not", tag: "__proto__", value: "x" }], {}, [])).toBe(true);
});

test.each<[string, string, boolean]>([
  ["HIGH", "high", true],
  ["K", "\u212A", false],
  ["É", "é", false],
  ["É", "É", true],
])("%s is %s: %s, as case is folded for ASCII letters only", (stored, wanted, expected) => {
  const tags = { a: stored };
  expect(matchesCriteria([{ op: "is", tag: "a", value: wanted }], tags, [])).toBe(expected);
  expect(matchesCriteria([{ op: "contains", tag: "a", value: wanted }], tags, [])).toBe(expected);
  expect(matchesCriteria([{ op: "source-is", value: wanted }], {}, [stored])).toBe(expected);
});

test.each<[Criterion["op"], TagValue, boolean]>([
  ["before", "2025-12-31T23:59:59.999Z", true],
  ["before", "2026-01-01T00:00:00.000Z", false],
  ["after", "2026-01-01T00:00:00.001Z", true],
  ["after", "2026-01-01T00:00:00.000Z", false],
  ["after", "2027-01-01", false],
  ["after", "tomorrow", false],
  ["after", 1_900_000_000_000, false],
  ["before", ["2027-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"], true],
])("%s the first of January, in another zone: %j is %s", (op, stored, expected) => {
  if (op !== "before" && op !== "after") throw new Error("not a time test");
  const criterion = { op, tag: "a", value: "2026-01-01T01:00:00+01:00" };
  expect(matchesCriteria([criterion], { a: stored }, [])).toBe(expected);
});

test.each<[Criterion["op"], TagValue, boolean]>([
  ["greater", 65, false],
  ["greater-or-equal", 65, true],
  ["less", 65, false],
  ["less-or-equal", 65, true],
  ["greater", 65.5, true],
  ["greater", "90", false],
  ["less", true, false],
])("%s 65: %j is %s", (op, stored, expected) => {
  const criterion = { op, tag: "a", value: 65 } as Criterion;
  expect(matchesCriteria([criterion], { a: stored }, [])).toBe(expected);
});
