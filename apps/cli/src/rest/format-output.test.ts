import { describe, expect, it } from "vitest";
import { formatAnswer, formatTable } from "./format-output.ts";

describe("an answer for people", () => {
  it("shows a list as a table", () => {
    const answer = {
      items: [
        { name: "edge-1", health: "healthy", profile: { id: "1", name: "Default" } },
        { name: "edge-20", health: "offline", tags: ["a", "b"] },
      ],
    };
    expect(formatAnswer(answer)).toBe(
      [
        "NAME     HEALTH   PROFILE  TAGS",
        "edge-1   healthy  Default  -",
        "edge-20  offline  -        a, b",
      ].join("\n"),
    );
  });

  it("shows one thing line by line, and nothing as done", () => {
    expect(formatAnswer({ id: "7", enabled: true })).toBe("id       7\nenabled  true");
    expect(formatAnswer(undefined)).toBe("Done.");
    expect(formatAnswer({ items: [] })).toBe("None.");
  });

  it("cuts lines at the right edge of the screen", () => {
    expect(formatTable([{ value: "x".repeat(100) }], 20)).toHaveLength(5 + 1 + 20);
  });

  it("does not let a value drive the terminal", () => {
    expect(formatAnswer({ name: "a\u001b[2Jb\nc" })).toBe("name  a\\x1b[2Jb\\x0ac");
  });
});
