import { backOff } from "./back-off.ts";

/** Where the delivery to one target stands. `failures` in a row, kept across restarts. */
export type DeliveryState = {
  phase: "resting" | "planning" | "claiming" | "sending";
  failures: number;
};

export type DeliveryInput =
  | { type: "due" }
  /** The changes of the list are in the books; `more` of them remain. */
  | { type: "planned"; more: boolean }
  | { type: "claimed"; count: number }
  | { type: "answered"; failed: false }
  /** The target as a whole cannot be used, or our own database cannot. */
  | { type: "answered" | "broken"; failed: true; now: number; chance: number }
  /** Disabled, removed, shutting down, or another process sends now. */
  | { type: "stop" };

export type DeliveryEffect =
  | { type: "plan" }
  | { type: "claim" }
  | { type: "send" }
  | { type: "rest"; failures: number; nextTry: number | null };

export type DeliveryStep = { state: DeliveryState; effect: DeliveryEffect | undefined };

const TARGET_PAUSE = { firstMs: 1000, mostMs: 5 * 60_000 };

/**
 *                due                    more
 *     resting ─────────▶ planning ◀───────────┐
 *      ▲ ▲ ▲                │ └───────────────┘
 *      │ │ │                │ all planned            answered (plan again: settings and
 *      │ │ │                ▼                        list may have changed meanwhile)
 *      │ │ └─ none ────── claiming ─── some ──▶ sending ──────────▶ planning
 *      │ │                                        │
 *      │ └──────── failed: pause, doubling ───────┘
 *      └────────── broken: pause, doubling; stop (from anywhere)
 *
 * An input that does not fit the phase is late and changes nothing.
 */
export function deliveryStep(state: DeliveryState, input: DeliveryInput): DeliveryStep {
  if (input.type === "stop") return { state: { ...state, phase: "resting" }, effect: undefined };
  if (input.type === "broken") return fail(state, input);
  switch (state.phase) {
    case "resting":
      return input.type === "due" ? go(state, "planning") : stay(state);
    case "planning":
      if (input.type !== "planned") return stay(state);
      return go(state, input.more ? "planning" : "claiming");
    case "claiming":
      if (input.type !== "claimed") return stay(state);
      return input.count > 0 ? go(state, "sending") : rest(0, null);
    case "sending":
      if (input.type !== "answered") return stay(state);
      return input.failed ? fail(state, input) : go({ ...state, failures: 0 }, "planning");
  }
}

const EFFECTS = { planning: "plan", claiming: "claim", sending: "send" } as const;

function go(state: DeliveryState, phase: keyof typeof EFFECTS): DeliveryStep {
  return { state: { ...state, phase }, effect: { type: EFFECTS[phase] } };
}

function stay(state: DeliveryState): DeliveryStep {
  return { state, effect: undefined };
}

function rest(failures: number, nextTry: number | null): DeliveryStep {
  return { state: { phase: "resting", failures }, effect: { type: "rest", failures, nextTry } };
}

function fail(
  { failures }: DeliveryState,
  { now, chance }: { now: number; chance: number },
): DeliveryStep {
  const count = failures + 1;
  return rest(count, now + backOff(count, TARGET_PAUSE, chance));
}
