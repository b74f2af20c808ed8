import { expect, test } from "vitest";
import { parseTimeTest, timeBounds } from "./time-test.ts";

const now = Date.parse("2026-11-28T12:00:00Z");
const bounds = (field: "expires" | "added", text: string, op?: "<" | "<=" | ">" | ">=") => {
  const parsed = parseTimeTest(text, op);
  if (!parsed.ok) throw new Error(parsed.error);
  const found = timeBounds(field, parsed.value, now);
  if (found === "never") return found;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return [iso(found.from), iso(found.to)];
};

test("a distance lies ahead for an expiry, and behind for what has happened", () => {
  expect(bounds("expires", "24h", "<")).toEqual([null, "2026-11-29T12:00:00.000Z"]);
  expect(bounds("expires", "1w", ">")).toEqual(["2026-12-05T12:00:00.000Z", null]);
  expect(bounds("added", "30m")).toEqual(["2026-11-28T11:30:00.000Z", null]);
  expect(bounds("added", "7d", ">")).toEqual([null, "2026-11-21T12:00:00.000Z"]);
});

test("a day ends with its midnight", () => {
  expect(bounds("expires", "2026-12-01")).toEqual([
    "2026-12-01T00:00:00.000Z",
    "2026-12-02T00:00:00.000Z",
  ]);
  expect(bounds("expires", "2026-12-01", ">")).toEqual(["2026-12-02T00:00:00.000Z", null]);
  expect(bounds("expires", "2026-12-01", "<=")).toEqual([null, "2026-12-02T00:00:00.000Z"]);
  expect(bounds("expires", "2026-12-01..2027-01-01")).toEqual([
    "2026-12-01T00:00:00.000Z",
    "2027-01-02T00:00:00.000Z",
  ]);
});

test("never is no moment", () => expect(bounds("expires", "never")).toBe("never"));
