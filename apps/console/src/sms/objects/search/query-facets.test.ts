import { describe, expect, it } from "vitest";
import { facetMarks, facetTerm, toggleFacet } from "./query-facets.ts";

describe("facets of a query", () => {
  it("are terms of the query language", () => {
    expect(facetTerm("severity", "High")).toBe("severity:High");
    expect(facetTerm("source", "Vision One")).toBe('source:"Vision One"');
    expect(facetTerm("tag", "Case")).toBe('tag:"Case"');
    expect(facetTerm("severity", "none")).toBe("no:severity");
    expect(facetTerm("expires", "none")).toBe("no:expiry");
  });

  it("are found in a query in whatever way it is written", () => {
    const marks = facetMarks('type:url,domain -source:"Vision One" no:severity evil');
    expect(marks.get("type:url")).toBe("include");
    expect(marks.get("type:domain")).toBe("include");
    expect(marks.get('source:"Vision One"')).toBe("exclude");
    expect(marks.get("no:severity")).toBe("include");
    expect(marks.get("type:ipv4")).toBeUndefined();
  });

  it.each([
    ["", "severity:High", "include", "severity:High"],
    ["severity:High", "severity:High", "include", ""],
    ["evil severity:High new", "severity:High", "include", "evil new"],
    ["severity:High", "severity:Low", "include", "severity:High,Low"],
    ["severity:High,Low", "severity:High", "include", "severity:Low"],
    ["severity:High", "severity:High", "exclude", "-severity:High"],
    ["severity:High", "severity:Low", "exclude", "severity:High -severity:Low"],
    ["-type:url", "type:domain", "exclude", "-type:url,domain"],
    ['tag:"A"', 'tag:"B"', "include", 'tag:"A" tag:"B"'],
    ["", "no:severity", "exclude", "has:severity"],
    ["source:Local", 'source:"Vision One"', "include", 'source:Local,"Vision One"'],
    ['"two  spaces" type:url', "type:url", "include", '"two  spaces"'],
  ] as const)("%j with %j as %s gives %j", (text, term, mark, expected) => {
    expect(toggleFacet(text, term, mark)).toBe(expected);
  });

  it("leave alone what cannot be understood yet", () => {
    expect(toggleFacet("sevrity:x type:url", "type:url", "include")).toBe("sevrity:x");
  });

  it("pressed twice change nothing", () => {
    const text = "evil type:url -severity:Low";
    for (const term of ["type:url", "type:domain", "severity:Low", "state:pending"])
      for (const mark of ["include", "exclude"] as const) {
        const once = toggleFacet(text, term, mark);
        const before = facetMarks(text).get(term);
        expect(facetMarks(once).get(term)).toBe(before === mark ? undefined : mark);
      }
  });
});
