import { describe, expect, it } from "vitest";
import { categoryOf, NEW_CATEGORY } from "./category-draft.ts";

describe("a tag category being typed", () => {
  it("names what is missing", () => {
    expect(categoryOf(NEW_CATEGORY)).toBe("Enter a name");
    const list = { ...NEW_CATEGORY, name: "Campaign", kind: "list" as const };
    expect(categoryOf(list)).toMatch(/^Enter the values/);
    const number = { ...NEW_CATEGORY, name: "Confidence", kind: "number" as const };
    expect(categoryOf({ ...number, min: "" })).toBe("Enter both bounds");
    expect(categoryOf({ ...number, min: "0.5" })).toBe("The bounds are whole numbers");
    expect(categoryOf({ ...number, min: "9", max: "1" })).toMatch(/^The lower bound/);
  });

  it("carries only what its kind has", () => {
    expect(categoryOf({ ...NEW_CATEGORY, name: " Ticket ", values: "left over" })).toEqual({
      name: "Ticket",
      kind: "text",
      description: "",
    });
    const list = { ...NEW_CATEGORY, name: "Campaign", kind: "list" as const };
    expect(categoryOf({ ...list, values: "A\n\n B\nA", several: true })).toEqual({
      name: "Campaign",
      kind: "list",
      description: "",
      values: ["A", "B"],
      several: true,
      otherValues: false,
    });
    expect(categoryOf({ ...NEW_CATEGORY, name: "C", kind: "number" })).toMatchObject({
      min: 0,
      max: 100,
    });
  });
});
