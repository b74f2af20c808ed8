import { describe, expect, it } from "vitest";
import { completed, completionsAt, type KnownValues } from "./completions.ts";

const known: KnownValues = {
  facets: {
    severity: [
      { value: "High", count: 120 },
      { value: "none", count: 3 },
    ],
    source: [{ value: "Vision One", count: 80 }],
  },
  tagCategories: [],
};
/** The cursor stands at the bar. */
function offered(text: string) {
  const cursor = text.indexOf("|");
  return completionsAt(text.replace("|", ""), cursor, known);
}

describe("completions", () => {
  it("offer fields, those that begin with what is typed first", () => {
    expect(
      offered("s|")
        .map(({ text }) => text)
        .slice(0, 4),
    ).toEqual(["severity:", "source:", "state:", "seen:"]);
  });

  it("offer values with their counts, and those that are possible", () => {
    const values = offered("severity:|");
    expect(values.map(({ text, count }) => [text, count])).toEqual([
      ["High", 120],
      ["Medium", undefined],
      ["Low", undefined],
    ]);
  });

  it("put quotation marks where they are needed, and the cursor behind", () => {
    const [first] = offered("type:url source:vis|");
    expect(first?.text).toBe('"Vision One"');
    if (first === undefined) return;
    expect(completed("type:url source:vis", first)).toEqual({
      text: 'type:url source:"Vision One"',
      cursor: 28,
    });
  });
});
