import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expiryOf, isFullDue, nextRun, retryRun } from "./schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test("a feed runs as often as it says, not exactly together with others", () => {
  expect(nextRun(0, 60, 0)).toBe(57 * MINUTE);
  expect(nextRun(0, 60, 1)).toBe(63 * MINUTE);
});

test.each([
  [1, 60, 5],
  [2, 60, 10],
  [5, 60, 60],
  [40, 5, 60],
  [40, 1440, 1440],
])("after %i failures, every %i minutes: %i minutes", (failures, every, minutes) => {
  expect(retryRun(0, every, { failures, random: 0.5 })).toBe(minutes * MINUTE);
});

describe("the end of an entry", () => {
  const moment = fc.integer({ min: 0, max: 4e12 });
  const ttl = fc.integer({ min: 1, max: 87_600 });

  test("is at least the given time after the last look, and at most an eighth more after a fetch", () => {
    fc.assert(
      fc.property(moment, ttl, fc.nat(DAY), (fetched, hours, later) => {
        const end = expiryOf(fetched, hours) ?? 0;
        expect(end).toBeGreaterThan(fetched + hours * HOUR);
        expect(end).toBeLessThanOrEqual(fetched + hours * HOUR * 1.125);
        const looked = fetched + later;
        if (isFullDue(looked, fetched, hours)) return;
        expect(end).toBeGreaterThan(looked + hours * HOUR);
      }),
    );
  });

  test("is the same for a while, so that nothing is written for each fetch", () => {
    expect(expiryOf(DAY, 24)).toBe(expiryOf(DAY + 2 * HOUR, 24));
    expect(expiryOf(DAY, null)).toBeNull();
  });
});

test.each([
  ["never before", null, null, true],
  ["an hour ago", DAY - HOUR, null, false],
  ["a day ago", 0, null, true],
  ["before entries that live for a day have to be written again", DAY - 4 * HOUR, 24, true],
])("everything is due when it was fetched %s", (_, last, ttl, due) => {
  expect(isFullDue(DAY, last, ttl)).toBe(due);
});
