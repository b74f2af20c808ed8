/*
 * One supervised process, as a state machine without a clock, a process or chance of its own.
 *
 *            start               ready
 *   idle ───────────▶ starting ─────────▶ running
 *                      ▲    │ exit           │ exit
 *                 timer│    ▼                │
 *                     waiting ◀──────────────┘
 *                           │ too often before it was ever ready
 *                           ▼
 *                         failed
 *
 *   any but idle, failed ──stop──▶ stopping ──exit──▶ idle
 */
export type ChildState =
  | { phase: "idle" }
  | { phase: "starting"; failures: number; wasReady: boolean }
  | { phase: "running"; failures: number; since: number }
  | { phase: "waiting"; failures: number; wasReady: boolean }
  | { phase: "stopping" }
  | { phase: "failed"; reason: string };

/** `timer`: the one timer that the last `wait` effect set has run out. */
export type ChildInput =
  | { type: "start" }
  | { type: "ready"; now: number }
  | { type: "exited"; now: number; reason: string; random: number }
  | { type: "timer" }
  | { type: "stop" };

/** `wait` replaces the timer before it; `report` is for the log and the screen. */
export type ChildEffect =
  | { type: "spawn" }
  | { type: "wait"; ms: number }
  | { type: "cancel-wait" }
  | { type: "signal"; signal: "SIGTERM" | "SIGKILL" }
  | { type: "report"; event: ChildEvent };

export type ChildEvent =
  | { event: "ready" }
  | { event: "exited"; reason: string; retryInMs: number }
  | { event: "late" }
  | { event: "failed"; reason: string }
  | { event: "stopped" };

export type ChildPolicy = {
  firstDelayMs: number;
  longestDelayMs: number;
  /** After running this long, the failures before are forgotten. */
  steadyMs: number;
  /** A process that is not ready by then is ended. */
  readyWithinMs: number;
  /** A process that has not ended by then after SIGTERM is killed. */
  stopWithinMs: number;
  /** Starts that may fail before the process was ever ready. */
  attempts: number;
};

export const CHILD_POLICY: ChildPolicy = {
  firstDelayMs: 250,
  longestDelayMs: 15_000,
  steadyMs: 60_000,
  readyWithinMs: 120_000,
  stopWithinMs: 20_000,
  attempts: 3,
};

type Step = { state: ChildState; effects: ChildEffect[] };

export function childStep(state: ChildState, input: ChildInput, policy: ChildPolicy): Step {
  switch (input.type) {
    case "start":
      return state.phase === "idle" ? spawn(0, false, policy) : stay(state);
    case "ready":
      return ready(state, input.now);
    case "exited":
      return exited(state, input, policy);
    case "timer":
      return timer(state, policy);
    case "stop":
      return stop(state, policy);
  }
}

/** Doubles with each failure, with up to a quarter off so that processes do not return in step. */
export function restartDelay(failures: number, random: number, policy: ChildPolicy): number {
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** Math.min(failures, 20));
  return Math.round(full * (1 - random / 4));
}

function stay(state: ChildState): Step {
  return { state, effects: [] };
}

function spawn(failures: number, wasReady: boolean, policy: ChildPolicy): Step {
  return {
    state: { phase: "starting", failures, wasReady },
    effects: [{ type: "spawn" }, { type: "wait", ms: policy.readyWithinMs }],
  };
}

function ready(state: ChildState, now: number): Step {
  if (state.phase !== "starting") return stay(state);
  return {
    state: { phase: "running", failures: state.failures, since: now },
    effects: [{ type: "cancel-wait" }, { type: "report", event: { event: "ready" } }],
  };
}

function exited(
  state: ChildState,
  { now, reason, random }: Extract<ChildInput, { type: "exited" }>,
  policy: ChildPolicy,
): Step {
  switch (state.phase) {
    case "starting":
      return retry(state.failures, state.wasReady, reason, random, policy);
    case "running": {
      const steady = now - state.since >= policy.steadyMs;
      return retry(steady ? 0 : state.failures, true, reason, random, policy);
    }
    case "stopping":
      return {
        state: { phase: "idle" },
        effects: [{ type: "cancel-wait" }, { type: "report", event: { event: "stopped" } }],
      };
    case "idle":
    case "waiting":
    case "failed":
      return stay(state);
  }
}

function retry(
  failures: number,
  wasReady: boolean,
  reason: string,
  random: number,
  policy: ChildPolicy,
): Step {
  if (!wasReady && failures + 1 >= policy.attempts) {
    const event: ChildEvent = { event: "failed", reason };
    return {
      state: { phase: "failed", reason },
      effects: [{ type: "cancel-wait" }, { type: "report", event }],
    };
  }
  const ms = restartDelay(failures, random, policy);
  return {
    state: { phase: "waiting", failures: failures + 1, wasReady },
    effects: [
      { type: "wait", ms },
      { type: "report", event: { event: "exited", reason, retryInMs: ms } },
    ],
  };
}

function timer(state: ChildState, policy: ChildPolicy): Step {
  switch (state.phase) {
    case "waiting":
      return spawn(state.failures, state.wasReady, policy);
    case "starting":
      // The exit that follows counts as the failure.
      return {
        state,
        effects: [
          { type: "signal", signal: "SIGKILL" },
          { type: "report", event: { event: "late" } },
        ],
      };
    case "stopping":
      return { state, effects: [{ type: "signal", signal: "SIGKILL" }] };
    case "idle":
    case "running":
    case "failed":
      return stay(state);
  }
}

function stop(state: ChildState, policy: ChildPolicy): Step {
  switch (state.phase) {
    case "starting":
    case "running":
      return {
        state: { phase: "stopping" },
        effects: [
          { type: "signal", signal: "SIGTERM" },
          { type: "wait", ms: policy.stopWithinMs },
        ],
      };
    case "waiting":
      return {
        state: { phase: "idle" },
        effects: [{ type: "cancel-wait" }, { type: "report", event: { event: "stopped" } }],
      };
    case "idle":
    case "stopping":
    case "failed":
      return stay(state);
  }
}
