import fc from "fast-check";
import { expect, test } from "vitest";
import {
  announced,
  announcementDue,
  fellBehind,
  initialResyncDamper,
  LONGEST_WAIT_MS,
  QUIET_MS,
  setMoved,
} from "./resync-damper.ts";

/** A set that moves after each of these pauses; with each move some stream may fall behind. */
const moves = fc.array(
  fc.record({ pause: fc.integer({ min: 1, max: 2000 }), behind: fc.boolean() }),
  { minLength: 1, maxLength: 100 },
);

type Announcement = { at: number; behindSince: number; lastMove: number };

function simulate(script: readonly { pause: number; behind: boolean }[]): Announcement[] {
  const seen: Announcement[] = [];
  let damper = initialResyncDamper;
  let now = 0;
  const runUntil = (end: number) => {
    const due = announcementDue(damper);
    if (due !== undefined && due <= end) {
      seen.push({ at: due, behindSince: damper.behindSince ?? 0, lastMove: damper.lastMove });
      damper = announced(damper);
    }
    now = end;
  };
  for (const { pause, behind } of script) {
    runUntil(now + pause);
    damper = setMoved(damper, now);
    if (behind) damper = fellBehind(damper, now);
  }
  runUntil(now + LONGEST_WAIT_MS);
  expect(damper.behindSince).toBeUndefined();
  return seen;
}

test("nobody waits longer than the longest wait, nor longer than the set is moving", () => {
  fc.assert(
    fc.property(moves, (script) => {
      for (const { at, behindSince, lastMove } of simulate(script)) {
        expect(at - behindSince).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        expect(at - lastMove).toBeLessThanOrEqual(QUIET_MS);
      }
    }),
    { numRuns: 2000 },
  );
});

test("while the set moves, announcements are a longest wait apart", () => {
  fc.assert(
    fc.property(moves, (script) => {
      const seen = simulate(script);
      for (const [i, { at, lastMove }] of seen.entries()) {
        const before = seen[i - 1]?.at ?? Number.NEGATIVE_INFINITY;
        if (at - lastMove < QUIET_MS) expect(at - before).toBeGreaterThanOrEqual(LONGEST_WAIT_MS);
      }
    }),
    { numRuns: 2000 },
  );
});

test("in a set that is quiet, who falls behind is told at once", () => {
  const quiet = setMoved(initialResyncDamper, 1000);
  expect(announcementDue(fellBehind(quiet, 1000 + QUIET_MS))).toBe(1000 + QUIET_MS);
  expect(announcementDue(fellBehind(initialResyncDamper, 7))).toBe(7);
});
