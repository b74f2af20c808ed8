import type { Criterion } from "@breakwater/protocol";
import { describe, expect, it } from "vitest";
import { criteriaText } from "./criteria-text.ts";
import { criterionOf, draftOf, operatorsFor, SOURCE } from "./criterion-draft.ts";
import { moved, newFilter } from "./new-filter.ts";

const criteria: Criterion[] = [
  { op: "is", tag: "Trend Micro Detection Category", value: "Suspicious Object" },
  { op: "contains", tag: "Trend Micro Publisher", value: "Vision One Threat Intelligence" },
  { op: "is", tag: "Trend Micro Severity", value: "High" },
];

describe("criteria", () => {
  it("are written in the notation that users know", () => {
    expect(criteriaText(criteria)).toBe(
      "(Trend Micro Detection Category is 'Suspicious Object') (Trend Micro Publisher contains 'Vision One Threat Intelligence') (Trend Micro Severity is 'High')",
    );
    expect(criteriaText([{ op: "has-no-tag", tag: "Reviewed" }])).toBe("(Reviewed is not set)");
  });

  it("come back from the editor as they went in, for every kind of tag", () => {
    const all: [Criterion, "text" | "number" | "date" | "yes-no"][] = [
      ...criteria.map((criterion): [Criterion, "text"] => [criterion, "text"]),
      [{ op: "greater", tag: "Confidence", value: 70 }, "number"],
      [{ op: "is", tag: "Confidence", value: 70 }, "number"],
      [{ op: "is-not", tag: "Reviewed", value: false }, "yes-no"],
      [{ op: "before", tag: "Reputation Entries TTL", value: "2026-12-31T00:00:00.000Z" }, "date"],
      [{ op: "has-tag", tag: "Confidence" }, "number"],
      [{ op: "source-is-not", value: "Partner list" }, "text"],
    ];
    for (const [criterion, kind] of all) {
      expect(criterionOf(draftOf(criterion, 1), kind)).toEqual(criterion);
      const { subject, op } = draftOf(criterion, 1);
      expect(operatorsFor(subject, kind)).toContain(op);
    }
  });

  it("name what is missing", () => {
    const draft = { key: 1, subject: "Confidence", op: "greater" as const, value: "" };
    expect(criterionOf(draft, "number")).toBe("Enter a value.");
    expect(criterionOf({ ...draft, value: "much" }, "number")).toBe("Enter a number.");
    expect(criterionOf({ ...draft, op: "after", value: "soon" }, "date")).toMatch(/^Enter a date/);
    expect(operatorsFor(SOURCE, undefined)).toEqual(["source-is", "source-is-not"]);
  });
});

describe("filters", () => {
  it("get the lowest free number", () => {
    const numbered = (number: number) => ({ ...newFilter([]), number });
    expect(newFilter([numbered(1), numbered(3)]).number).toBe(2);
  });

  it("move by one place and stay complete", () => {
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  });
});
