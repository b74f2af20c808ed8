import { backOff } from "./back-off.ts";

/*
 * The connection to the hub.
 *
 *                  connect              enrolled               link up
 *   not-connected ────────▶ enrolling ───────────▶ connecting ─────────▶ connected
 *      ▲    ▲                  │                     ▲    ▲  │            │  ▲
 *      │    └──── failed ──────┘                     │    └──┘ back-off   │  │ all well
 *      │      (back to where it came from)           │                    ▼  │
 *      │                                             └──── link lost ── degraded
 *   disconnected ◀── disconnect ── anywhere                    (a stream fails)
 *   refused      ◀── the hub knows us no longer ── connecting, connected, degraded
 *   connect leads from disconnected and refused to enrolling again, with a new token.
 *
 * Durable: whether we are enrolled, refused or disconnected. Everything else is found again after
 * a restart: enrolled starts in connecting; an enrolment that was under way counts if its
 * certificate arrived.
 */

export type Phase =
  | "not-connected"
  | "enrolling"
  | "connecting"
  | "connected"
  | "degraded"
  | "refused"
  | "disconnected";

/** What survives a restart. */
export type DurablePhase = "not-connected" | "enrolled" | "refused" | "disconnected";

export type ConnectionState = {
  readonly phase: Phase;
  /** Where a failed enrolment leads back to. */
  readonly fallback: DurablePhase;
  /** Attempts since the link was up. */
  readonly failures: number;
  /** Attempts are numbered, so that late news of an earlier one is recognised. */
  readonly attempt: number;
  /** What went wrong last, or why the hub refuses us. */
  readonly problem: string | null;
  /** Streams that do not work although the link is up. */
  readonly failing: readonly string[];
};

export type ConnectionInput =
  | { readonly kind: "connect"; readonly token: string }
  | { readonly kind: "enrolled" }
  | { readonly kind: "enrol-failed"; readonly problem: string }
  | { readonly kind: "retry"; readonly attempt: number }
  | { readonly kind: "link-up"; readonly attempt: number }
  | {
      readonly kind: "link-down";
      readonly attempt: number;
      readonly problem: string;
      /** Random number in [0, 1). */
      readonly jitter: number;
    }
  | { readonly kind: "link-refused"; readonly attempt: number; readonly problem: string }
  | { readonly kind: "streams"; readonly failing: readonly string[] }
  | { readonly kind: "disconnect" };

export type ConnectionEffect =
  /** Answered by `enrolled` or `enrol-failed`. */
  | { readonly kind: "enrol"; readonly token: string }
  /** Answered by `link-up`, `link-down` or `link-refused`; afterwards by one of the last two. */
  | { readonly kind: "open"; readonly attempt: number }
  /** Ends the link, one that is being opened, and the wait for the next. */
  | { readonly kind: "close" }
  /** Answered by `retry`. */
  | { readonly kind: "wait"; readonly ms: number; readonly attempt: number }
  | { readonly kind: "save"; readonly phase: DurablePhase; readonly reason: string | null }
  /** Tell the hub that we leave, if it can be reached, and forget the certificate. */
  | { readonly kind: "leave" };

export type ConnectionTransition = {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
};

/** The state after a start. `identity`: there is a certificate of the hub. */
export function startConnection(
  stored: { phase: DurablePhase; reason: string | null },
  identity: boolean,
): ConnectionTransition {
  const enrolled = identity && (stored.phase === "enrolled" || stored.phase === "not-connected");
  const state = resting(enrolled ? "enrolled" : withoutIdentity(stored.phase), 0, stored.reason);
  if (!enrolled) return { state, effects: [] };
  const save: ConnectionEffect = { kind: "save", phase: "enrolled", reason: null };
  const effects = stored.phase === "enrolled" ? [] : [save];
  const opened = open(state);
  return { state: opened.state, effects: [...effects, ...opened.effects] };
}

export function connectionStep(
  state: ConnectionState,
  input: ConnectionInput,
): ConnectionTransition {
  switch (input.kind) {
    case "connect":
      return onConnect(state, input.token);
    case "enrolled":
      return state.phase === "enrolling" ? onEnrolled(state) : unchanged(state);
    case "enrol-failed":
      return state.phase === "enrolling" ? onEnrolFailed(state, input.problem) : unchanged(state);
    case "retry":
      return isCurrent(state, input.attempt) && state.phase === "connecting"
        ? open(state)
        : unchanged(state);
    case "link-up":
      return isCurrent(state, input.attempt) && state.phase === "connecting"
        ? unchanged({ ...state, phase: "connected", failures: 0, problem: null, failing: [] })
        : unchanged(state);
    case "link-down":
      return isCurrent(state, input.attempt) && isLinked(state)
        ? onLinkDown(state, input.problem, input.jitter)
        : unchanged(state);
    case "link-refused":
      return isCurrent(state, input.attempt) && isLinked(state)
        ? onRefused(state, input.problem)
        : unchanged(state);
    case "streams":
      return onStreams(state, input.failing);
    case "disconnect":
      return onDisconnect(state);
  }
}

function onConnect(state: ConnectionState, token: string): ConnectionTransition {
  if (state.phase === "enrolling") return unchanged(state);
  const close: ConnectionEffect[] = isLinked(state) ? [{ kind: "close" }] : [];
  const next = {
    ...state,
    phase: "enrolling" as const,
    fallback: durable(state),
    attempt: state.attempt + 1,
    failing: [],
  };
  return { state: next, effects: [...close, { kind: "enrol", token }] };
}

function onEnrolled(state: ConnectionState): ConnectionTransition {
  const opened = open({ ...state, failures: 0, problem: null });
  const save: ConnectionEffect = { kind: "save", phase: "enrolled", reason: null };
  return { state: opened.state, effects: [save, ...opened.effects] };
}

/** An SMS that was connected goes on with the certificate it has. */
function onEnrolFailed(state: ConnectionState, problem: string): ConnectionTransition {
  if (state.fallback === "enrolled") return open({ ...state, failures: 0 });
  const reason = state.fallback === "refused" ? (state.problem ?? problem) : problem;
  return unchanged(resting(state.fallback, state.attempt, reason));
}

function onLinkDown(state: ConnectionState, problem: string, jitter: number): ConnectionTransition {
  const ms = backOff(state.failures, jitter);
  const attempt = state.attempt + 1;
  const next = {
    ...state,
    phase: "connecting" as const,
    failures: state.failures + 1,
    attempt,
    problem,
    failing: [],
  };
  return { state: next, effects: [{ kind: "close" }, { kind: "wait", ms, attempt }] };
}

function onRefused(state: ConnectionState, problem: string): ConnectionTransition {
  const next = resting("refused", state.attempt + 1, problem);
  const save: ConnectionEffect = { kind: "save", phase: "refused", reason: problem };
  return { state: next, effects: [{ kind: "close" }, save] };
}

function onStreams(state: ConnectionState, failing: readonly string[]): ConnectionTransition {
  if (state.phase !== "connected" && state.phase !== "degraded") return unchanged(state);
  return unchanged({ ...state, phase: failing.length === 0 ? "connected" : "degraded", failing });
}

function onDisconnect(state: ConnectionState): ConnectionTransition {
  if (state.phase === "not-connected" || state.phase === "disconnected") return unchanged(state);
  const close: ConnectionEffect[] = isLinked(state) ? [{ kind: "close" }] : [];
  const save: ConnectionEffect = { kind: "save", phase: "disconnected", reason: null };
  return {
    state: resting("disconnected", state.attempt + 1, null),
    // Saved first: a crash in between must not connect again by itself.
    effects: [...close, save, { kind: "leave" }],
  };
}

function open(state: ConnectionState): ConnectionTransition {
  const attempt = state.attempt + 1;
  const next = { ...state, phase: "connecting" as const, fallback: "enrolled" as const, attempt };
  return { state: next, effects: [{ kind: "open", attempt }] };
}

function resting(phase: DurablePhase, attempt: number, problem: string | null): ConnectionState {
  const shown = phase === "enrolled" ? "connecting" : phase;
  return { phase: shown, fallback: phase, failures: 0, attempt, problem, failing: [] };
}

function withoutIdentity(phase: DurablePhase): DurablePhase {
  return phase === "enrolled" ? "disconnected" : phase;
}

function durable(state: ConnectionState): DurablePhase {
  return isLinked(state) ? "enrolled" : state.fallback;
}

function isLinked({ phase }: ConnectionState): boolean {
  return phase === "connecting" || phase === "connected" || phase === "degraded";
}

/** The certificate is ours to use, whether the hub can be reached or not. */
export function isOnboarded(state: ConnectionState): boolean {
  return isLinked(state);
}

/** As it looks where nobody works on it. */
export function restingAs({
  phase,
  reason,
}: {
  phase: DurablePhase;
  reason: string | null;
}): ConnectionState {
  return resting(phase, 0, reason);
}

function isCurrent(state: ConnectionState, attempt: number): boolean {
  return state.attempt === attempt;
}

function unchanged(state: ConnectionState): ConnectionTransition {
  return { state, effects: [] };
}
