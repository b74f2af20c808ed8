import type { Criterion, TagDefinition } from "@breakwater/protocol";
import { describe, expect, test } from "vitest";
import { checkCriteria } from "./check-criteria.ts";
import { compileDefinitions } from "./check-tags.ts";

const plain = { values: null, several: false, otherValues: false, min: null, max: null };
const list: TagDefinition = { ...plain, name: "Severity", kind: "list", values: ["High", "Low"] };
const definitions = compileDefinitions([
  list,
  { ...list, name: "Detection", otherValues: true },
  { ...plain, name: "Note", kind: "text" },
  { ...plain, name: "Seen", kind: "date" },
  { ...plain, name: "Reviewed", kind: "yes-no" },
  { ...plain, name: "Score", kind: "number", min: 0, max: 100 },
]);
const check = (criterion: Criterion) => checkCriteria(definitions, [criterion]);

test.each<[Criterion, Criterion]>([
  [
    { op: "is", tag: "SEVERITY", value: "high" },
    { op: "is", tag: "Severity", value: "High" },
  ],
  [
    { op: "is-not", tag: "detection", value: "Phishing" },
    { op: "is-not", tag: "Detection", value: "Phishing" },
  ],
  [
    { op: "is", tag: "seen", value: "2026-01-01T01:00:00+01:00" },
    { op: "is", tag: "Seen", value: "2026-01-01T00:00:00.000Z" },
  ],
  [
    { op: "has-no-tag", tag: "note" },
    { op: "has-no-tag", tag: "Note" },
  ],
])("%j is saved as its category spells it", (given, saved) => {
  expect(check(given)).toEqual({ criteria: [saved], errors: [], warnings: [] });
});

test.each<Criterion>([
  { op: "contains", tag: "Severity", value: "ig" },
  { op: "greater-or-equal", tag: "Score", value: 65 },
  { op: "less", tag: "Score", value: 1000 },
  { op: "before", tag: "Seen", value: "2026-01-01T00:00:00Z" },
  { op: "is", tag: "Reviewed", value: true },
  { op: "source-is", value: "Nobody" },
])("%j is fine", (criterion) => {
  expect(check(criterion)).toEqual({ criteria: [criterion], errors: [], warnings: [] });
});

describe("a test of the wrong kind", () => {
  test.each<[Criterion, string]>([
    [{ op: "greater", tag: "Note", value: 5 }, "is or contains and a text"],
    [{ op: "is", tag: "Note", value: 5 }, "is or contains and a text"],
    [{ op: "before", tag: "Severity", value: "2026-01-01T00:00:00Z" }, "one of its values"],
    [{ op: "is", tag: "Severity", value: true }, "one of its values"],
    [{ op: "contains", tag: "Score", value: "9" }, "and a number"],
    [{ op: "is", tag: "Score", value: "90" }, "and a number"],
    [{ op: "less", tag: "Seen", value: 1 }, "before or after"],
    [{ op: "is", tag: "Seen", value: "tomorrow" }, "before or after"],
    [{ op: "is-not", tag: "Reviewed", value: "yes" }, "yes or no"],
  ])("%j is an error with what to do", (criterion, remedy) => {
    const { errors, warnings } = checkCriteria(definitions, [criterion], "filters.2.criteria");
    expect(warnings).toEqual([]);
    expect(errors).toMatchObject([{ field: "filters.2.criteria.0" }]);
    expect(errors[0]?.remedy).toContain(remedy);
  });
});

describe("a test that cannot be passed as things are", () => {
  test.each<[Criterion, string]>([
    [{ op: "is", tag: "Sevrity", value: "High" }, "no tag category"],
    [{ op: "has-tag", tag: "__proto__" }, "no tag category"],
    [{ op: "is", tag: "Severity", value: "Critical" }, "no such value"],
    [{ op: "is", tag: "Score", value: 101 }, "from 0 to 100"],
    [{ op: "is", tag: "Score", value: 0.5 }, "from 0 to 100"],
  ])("%j is a warning", (criterion, reason) => {
    const { errors, warnings } = check(criterion);
    expect(errors).toEqual([]);
    expect(warnings[0]?.reason).toContain(reason);
  });
});
