import type { HubObjectType, Severity } from "@breakwater/protocol";
import { backOff } from "./back-off.ts";

/** One object at one target: what the target is to have, and how far that is. Times in ms. */
export type SentObject = {
  type: HubObjectType;
  value: string;
  riskLevel: Severity;
  expires: number | null;
  wanted: boolean;
  version: number;
  settled: boolean;
  attempted: boolean;
  attempts: number;
  nextTry: number;
  error: string | null;
  sent: number | null;
};

/** What the list says about the object now, with the target's criteria applied. */
export type Wish = Pick<SentObject, "type" | "value" | "riskLevel" | "expires" | "wanted">;

export type Answer =
  | { kind: "done" }
  /** The target did not take this object; others may be fine. */
  | { kind: "refused"; reason: string };

/** An object may be wrong for good, so it is tried ever more seldom. */
const OBJECT_PAUSE = { firstMs: 60_000, mostMs: 6 * 3_600_000 };

/**
 *                   wish: wanted                      claimed            answer: done
 *     (no row) ─────────────────────▶ waiting ───────────────▶ attempted ───────────▶ settled
 *         ▲                              │ ▲  ▲                   │                      │
 *         └── wish: unwanted, ───────────┘ │  └─ refused, pause ──┘                      │
 *             never attempted              └── wish: wanted or not, other than before ───┘
 *
 * Answers "nothing" when there is nothing to remember and "same" when nothing changes.
 */
export function applyWish(
  before: SentObject | undefined,
  wish: Wish,
  now: number,
): SentObject | "nothing" | "same" {
  if (before === undefined && !wish.wanted) return "nothing";
  if (before !== undefined && !wish.wanted && !before.attempted) return "nothing";
  if (before !== undefined && isSameWish(before, wish)) return "same";
  return {
    ...wish,
    version: (before?.version ?? 0) + 1,
    settled: false,
    attempted: before?.attempted ?? false,
    attempts: 0,
    nextTry: now,
    error: null,
    sent: before?.sent ?? null,
  };
}

function isSameWish(before: SentObject, wish: Wish): boolean {
  if (!before.wanted && !wish.wanted) return true;
  return (
    before.wanted === wish.wanted &&
    before.riskLevel === wish.riskLevel &&
    before.expires === wish.expires
  );
}

/** Before the request goes out: from here on the target may have the object. */
export function claim(object: SentObject): SentObject {
  return { ...object, attempted: true };
}

/** Takes in the answer to what was sent as `version`; an answer to an older one changes nothing. */
export function applyAnswer(
  object: SentObject,
  { version, answer }: { version: number; answer: Answer },
  now: number,
): SentObject {
  if (object.version !== version) return object;
  if (answer.kind === "done") {
    return { ...object, settled: true, attempts: 0, error: null, sent: now };
  }
  const attempts = object.attempts + 1;
  // The same pause for every object: those that were refused together are tried together.
  const nextTry = now + backOff(attempts, OBJECT_PAUSE, 1);
  return { ...object, attempts, error: answer.reason, nextTry };
}
