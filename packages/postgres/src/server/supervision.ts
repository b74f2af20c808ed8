//                     ready
//   starting ─────────────────────> running
//    ^    │ exited                     │ exited
//    │    └──────────> waiting <───────┘
//    │       timer        │
//    └────────────────────┘
//   starting, running ──stop──> stopping ──exited──> stopped
//   waiting ──stop──> stopped

/** `attempt` counts starts that failed in a row. */
export type SupervisionState =
  | { phase: "starting"; attempt: number }
  | { phase: "running" }
  | { phase: "waiting"; attempt: number }
  | { phase: "stopping" }
  | { phase: "stopped" };

export type SupervisionInput =
  | { kind: "ready" }
  | { kind: "exited" }
  | { kind: "timer" }
  | { kind: "stop" };

export type SupervisionEffect =
  | { kind: "start" }
  | { kind: "wait"; ms: number }
  | { kind: "cancel-wait" }
  | { kind: "terminate" };

type Step = { state: SupervisionState; effects: readonly SupervisionEffect[] };

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** Keeps the server running: restarts it with growing pauses until it is told to stop. */
export function step(state: SupervisionState, input: SupervisionInput): Step {
  switch (input.kind) {
    case "ready":
      return state.phase === "starting"
        ? { state: { phase: "running" }, effects: [] }
        : { state, effects: [] };
    case "timer":
      return state.phase === "waiting"
        ? { state: { phase: "starting", attempt: state.attempt }, effects: [{ kind: "start" }] }
        : { state, effects: [] };
    case "exited":
      return onExit(state);
    case "stop":
      return onStop(state);
  }
}

function onExit(state: SupervisionState): Step {
  switch (state.phase) {
    case "starting":
      return pause(state.attempt);
    case "running":
      // It can run, so it comes back soon; crash recovery is pause enough.
      return pause(0);
    case "stopping":
      return { state: { phase: "stopped" }, effects: [] };
    case "waiting":
    case "stopped":
      return { state, effects: [] };
  }
}

function pause(attempt: number): Step {
  const ms = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
  return { state: { phase: "waiting", attempt: attempt + 1 }, effects: [{ kind: "wait", ms }] };
}

function onStop(state: SupervisionState): Step {
  switch (state.phase) {
    case "starting":
    case "running":
      return { state: { phase: "stopping" }, effects: [{ kind: "terminate" }] };
    case "waiting":
      return { state: { phase: "stopped" }, effects: [{ kind: "cancel-wait" }] };
    case "stopping":
    case "stopped":
      return { state, effects: [] };
  }
}
