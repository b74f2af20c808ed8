/*
 * Sending the spool to the SMS, one batch at a time.
 *
 *   idle ──something spooled, connected──▶ sending ──answered──▶ sending (more) or idle
 *    ▲                                        │
 *    └────────── wait over ── waiting ◀───────┘ failed, or asked to wait
 *
 * The SMS says which sequence number it wants next; nothing else decides what is sent.
 */
export type UploadState = {
  readonly phase: "idle" | "sending" | "waiting";
  /** What the SMS wants next; 0 until it has said so. */
  readonly next: number;
  /** One past the last item in the spool. */
  readonly end: number;
  readonly until: number;
  readonly failures: number;
};

export type UploadInput =
  | { readonly kind: "spooled"; readonly end: number }
  | { readonly kind: "answered"; readonly next: number }
  | { readonly kind: "failed"; readonly retryAfterMs?: number }
  | { readonly kind: "connected" }
  | { readonly kind: "tick" };

export type UploadEffect =
  | { readonly kind: "send"; readonly from: number }
  | { readonly kind: "acknowledge"; readonly next: number };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export function initialUpload(end: number): UploadState {
  return { phase: "idle", next: 0, end, until: 0, failures: 0 };
}

type Step = { state: UploadState; effects: readonly UploadEffect[] };

export function uploadStep(
  state: UploadState,
  input: UploadInput,
  context: { readonly now: number; readonly random: number },
): Step {
  switch (input.kind) {
    case "spooled":
      return sendIfAny({ ...state, end: input.end }, []);
    case "answered":
      return answered(state, input.next);
    case "failed": {
      const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(state.failures, 10));
      const wait = input.retryAfterMs ?? limit * context.random;
      const failures = state.failures + 1;
      return {
        state: { ...state, phase: "waiting", until: context.now + wait, failures },
        effects: [],
      };
    }
    case "connected":
      return state.phase === "waiting"
        ? sendIfAny({ ...state, phase: "idle" }, [])
        : { state, effects: [] };
    case "tick":
      if (state.phase !== "waiting" || context.now < state.until) return { state, effects: [] };
      return sendIfAny({ ...state, phase: "idle" }, []);
  }
}

/** An answer that asks for something earlier again is obeyed: what is gone is sent as a loss. */
function answered(state: UploadState, next: number): Step {
  const known = {
    ...state,
    phase: "idle" as const,
    next,
    end: Math.max(state.end, next),
    failures: 0,
  };
  return sendIfAny(known, [{ kind: "acknowledge", next }]);
}

function sendIfAny(state: UploadState, effects: readonly UploadEffect[]): Step {
  if (state.phase !== "idle" || state.next >= state.end) return { state, effects };
  return {
    state: { ...state, phase: "sending" },
    effects: [...effects, { kind: "send", from: state.next }],
  };
}
