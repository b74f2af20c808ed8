import { describe, expect, it } from "vitest";
import { outdatedReason } from "../../scripts/lib/dependencies.mjs";
import { suricataMajor } from "../../scripts/lib/system-components.mjs";
import { countTests, summaryLine } from "../../scripts/lib/test-summary.mjs";

const file = (status: string, tests: number) => ({
  status,
  assertionResults: Array.from({ length: tests }),
});

describe("the summary of npm test", () => {
  it("has one form", () => {
    expect(summaryLine({ passed: 12, failed: 0 })).toBe("12 passed, 0 failed");
  });

  it("counts tests", () => {
    const report = { numPassedTests: 5, numFailedTests: 2, testResults: [file("failed", 7)] };
    expect(countTests(report, 1)).toEqual({ passed: 5, failed: 2 });
  });

  it("counts a file that could not be loaded as a failure", () => {
    const report = { numPassedTests: 5, testResults: [file("passed", 5), file("failed", 0)] };
    expect(countTests(report, 1)).toEqual({ passed: 5, failed: 1 });
  });

  it("counts a skipped test as a failure", () => {
    expect(countTests({ numPassedTests: 5, numPendingTests: 1 }, 0)).toEqual({
      passed: 5,
      failed: 1,
    });
  });

  it("is never green when the runner itself failed or ran nothing", () => {
    expect(countTests({ numPassedTests: 5 }, 1)).toEqual({ passed: 5, failed: 1 });
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1 });
    expect(countTests({ numPassedTests: 0 }, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("installed dependencies", () => {
  const wanted = {
    "": {},
    "packages/a": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/only-mac": { version: "1.0.0", optional: true },
  };

  it("are up to date when every package of this platform has its locked version", () => {
    expect(outdatedReason(wanted, { "node_modules/a": { version: "1.0.0" } })).toBe(undefined);
  });

  it("are outdated when missing, incomplete or of another version", () => {
    expect(outdatedReason(wanted, undefined)).toMatch(/not installed/);
    expect(outdatedReason(wanted, {})).toMatch(/node_modules\/a is not installed/);
    expect(outdatedReason(wanted, { "node_modules/a": { version: "0.9.0" } })).toMatch(/outdated/);
  });
});

describe("the engine's version", () => {
  it("is read from its answer", () => {
    expect(suricataMajor("This is Suricata version 7.0.10 RELEASE")).toBe(7);
    expect(suricataMajor("not found")).toBe(0);
  });
});
