import {
  type Criteria,
  type Criterion,
  type ReputationFilter,
  TAG,
  type Tags,
  type TagValue,
} from "@breakwater/protocol";
import fc from "fast-check";
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

const names = ["A", "B", "C"] as const;
const texts = ["x", "X", "xy", "Zxy", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"] as const;
const name = fc.constantFrom(...names);
const text = fc.constantFrom(...texts);
const number = fc.integer({ min: 0, max: 3 });
const tagValue: fc.Arbitrary<TagValue> = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(text, { maxLength: 3 }),
);
const criterion: fc.Arbitrary<Criterion> = fc.oneof(
  fc.record({
    op: fc.constantFrom("is" as const, "is-not" as const),
    tag: name,
    value: fc.oneof(text, number, fc.boolean()),
  }),
  fc.record({
    op: fc.constantFrom("contains" as const, "does-not-contain" as const),
    tag: name,
    value: text,
  }),
  fc.record({ op: fc.constantFrom("greater" as const, "less" as const), tag: name, value: number }),
  fc.record({
    op: fc.constantFrom("before" as const, "after" as const),
    tag: name,
    value: fc.constantFrom("2026-03-01T00:00:00Z", "2026-01-01T01:00:00+01:00"),
  }),
  fc.record({ op: fc.constantFrom("has-tag" as const, "has-no-tag" as const), tag: name }),
  fc.record({ op: fc.constantFrom("source-is" as const, "source-is-not" as const), value: text }),
);

/** The same meaning, written out the long way: every test becomes a list of facts about the entry. */
function oracle(criteria: Criteria, tags: Tags, sources: readonly string[]): boolean {
  const facts = new Set(sources.map((source) => `source=${source.toUpperCase()}`));
  for (const [tag, value] of Object.entries(tags)) {
    facts.add(`has ${tag}`);
    for (const one of [value].flat()) {
      if (typeof one === "number") {
        for (let n = 0; n <= 4; n += 1) if (one > n) facts.add(`${tag}>${n}`);
        for (let n = 0; n <= 4; n += 1) if (one < n) facts.add(`${tag}<${n}`);
      }
      facts.add(
        typeof one === "string"
          ? `${tag}=text ${one.toUpperCase()}`
          : `${tag}=${typeof one} ${one}`,
      );
      if (typeof one !== "string") continue;
      for (const part of texts) {
        if (one.toUpperCase().includes(part.toUpperCase())) facts.add(`${tag} contains ${part}`);
      }
      for (const [limit, instant] of [
        ["2026-03-01T00:00:00Z", 1772323200000],
        ["2026-01-01T01:00:00+01:00", 1767225600000],
      ] as const) {
        const time =
          one === "2026-01-01T00:00:00Z"
            ? 1767225600000
            : one.startsWith("2026-06")
              ? 1780272000000
              : undefined;
        if (time !== undefined && time < instant) facts.add(`${tag} before ${limit}`);
        if (time !== undefined && time > instant) facts.add(`${tag} after ${limit}`);
      }
    }
  }
  const equal = (tag: string, value: string | number | boolean) =>
    facts.has(
      typeof value === "string"
        ? `${tag}=text ${value.toUpperCase()}`
        : `${tag}=${typeof value} ${value}`,
    );
  return criteria.every((one) => {
    if (one.op === "source-is") return facts.has(`source=${one.value.toUpperCase()}`);
    if (one.op === "source-is-not") return !facts.has(`source=${one.value.toUpperCase()}`);
    if (one.op === "has-tag") return facts.has(`has ${one.tag}`);
    if (one.op === "has-no-tag") return !facts.has(`has ${one.tag}`);
    if (one.op === "is") return equal(one.tag, one.value);
    if (one.op === "is-not") return !equal(one.tag, one.value);
    if (one.op === "contains") return facts.has(`${one.tag} contains ${one.value}`);
    if (one.op === "does-not-contain") return !facts.has(`${one.tag} contains ${one.value}`);
    if (one.op === "greater") return facts.has(`${one.tag}>${one.value}`);
    if (one.op === "less") return facts.has(`${one.tag}<${one.value}`);
    return facts.has(`${one.tag} ${one.op} ${one.value}`);
  });
}

test("criteria agree with a naive reading of them", () => {
  fc.assert(
    fc.property(
      fc.array(criterion, { maxLength: 3 }),
      fc.dictionary(name, tagValue, { maxKeys: 3 }),
      fc.array(text, { maxLength: 2 }),
      (criteria, tags, sources) => {
        expect(matchesCriteria(criteria, tags, sources)).toBe(oracle(criteria, tags, sources));
      },
    ),
    { numRuns: 5000 },
  );
});
