/*
 * The connection to the SMS.
 *
 *              start / wait over                 answered 200
 *   waiting ────────────────────▶ connecting ─────────────────▶ streaming
 *      ▲                              │                             │
 *      │  closed, failed, silent      │                             │ closed, silent for 25 s,
 *      ├──────────────────────────────┴─────────────────────────────┤ restart wanted
 *      │                                                            │
 *      └──── refused: waits longer, raises an alarm ◀───────────────┘
 *
 * Nothing here stops enforcement: a device without an SMS goes on with what it has.
 */
export type SessionState =
  | {
      readonly phase: "waiting";
      readonly attempt: number;
      readonly until: number;
      readonly refusal?: string;
    }
  | { readonly phase: "connecting"; readonly attempt: number; readonly since: number }
  | {
      readonly phase: "streaming";
      readonly attempt: number;
      readonly since: number;
      readonly lastHeard: number;
    };

export type SessionInput =
  | { readonly kind: "tick" }
  | { readonly kind: "answered" }
  | { readonly kind: "heard" }
  | { readonly kind: "closed"; readonly reason: string }
  /** The SMS does not accept this device's certificate. */
  | { readonly kind: "refused"; readonly code: string }
  /** Something else has to be asked for: connect again at once. */
  | { readonly kind: "restart" };

export type SessionEffect =
  | { readonly kind: "open" }
  | { readonly kind: "close"; readonly reason: string };

export type SessionContext = {
  /** Monotonic milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
};

export const SILENCE_MS = 25_000;
export const CONNECT_TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const REFUSED_WAIT_MS = 60_000;
/** A stream that lasted this long counts as success: the next break starts from short waits again. */
const HEALTHY_MS = 10_000;

export const initialSession: SessionState = { phase: "waiting", attempt: 0, until: 0 };

export function sessionStep(
  state: SessionState,
  input: SessionInput,
  context: SessionContext,
): { state: SessionState; effects: readonly SessionEffect[] } {
  switch (input.kind) {
    case "tick":
      return tick(state, context);
    case "answered":
      if (state.phase !== "connecting") return { state, effects: [] };
      return {
        state: {
          phase: "streaming",
          attempt: state.attempt,
          since: context.now,
          lastHeard: context.now,
        },
        effects: [],
      };
    case "heard":
      if (state.phase !== "streaming") return { state, effects: [] };
      return { state: { ...state, lastHeard: context.now }, effects: [] };
    case "closed":
      return state.phase === "waiting" ? { state, effects: [] } : lost(state, context, []);
    case "refused": {
      const until = context.now + REFUSED_WAIT_MS * (0.5 + context.random / 2);
      const refused: SessionState = { phase: "waiting", attempt: 0, until, refusal: input.code };
      return { state: refused, effects: closeIfOpen(state, "refused") };
    }
    case "restart":
      if (state.phase === "waiting") return { state, effects: [] };
      return {
        state: { phase: "connecting", attempt: state.attempt, since: context.now },
        effects: [{ kind: "close", reason: "restart" }, { kind: "open" }],
      };
  }
}

function tick(state: SessionState, context: SessionContext) {
  switch (state.phase) {
    case "waiting":
      if (context.now < state.until) return { state, effects: [] };
      return {
        state: { phase: "connecting" as const, attempt: state.attempt, since: context.now },
        effects: [{ kind: "open" as const }],
      };
    case "connecting":
      if (context.now - state.since < CONNECT_TIMEOUT_MS) return { state, effects: [] };
      return lost(state, context, closeIfOpen(state, "no answer in time"));
    case "streaming":
      if (context.now - state.lastHeard < SILENCE_MS) return { state, effects: [] };
      return lost(state, context, closeIfOpen(state, "the SMS has been silent"));
  }
}

function lost(
  state: Exclude<SessionState, { phase: "waiting" }>,
  { now, random }: SessionContext,
  effects: readonly SessionEffect[],
) {
  const healthy = state.phase === "streaming" && now - state.since >= HEALTHY_MS;
  const attempt = healthy ? 0 : state.attempt;
  const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  const next: SessionState = {
    phase: "waiting",
    attempt: attempt + 1,
    until: now + limit * random,
  };
  return { state: next, effects };
}

function closeIfOpen(state: SessionState, reason: string): readonly SessionEffect[] {
  return state.phase === "waiting" ? [] : [{ kind: "close", reason }];
}
