import type { BundleOffer, DistributionId, DistributionStep, Sha256 } from "@breakwater/protocol";

/*
 * One policy at a time takes the place of the one in force.
 *
 *   idle ──offer──▶ fetching ──▶ preparing ──▶ testing ──▶ loading ──▶ verifying ──▶ committing ──▶ idle (new)
 *     ▲               │ failed     │ failed      │ refused    │ failed      │ unhealthy    │ disk full
 *     │               ▼            ▼             ▼            └──────┬──────┴──────────────┘
 *     ├───────── idle (old) ◀──────┴─────────────┘                   ▼
 *     └───────────────────────────────────────────────────────  rolling back
 *
 * Until it is committed, the old policy is the one that a restart brings back. A policy that
 * failed is not tried again until it is distributed again.
 */
export type ActivationPhase =
  | "idle"
  | "fetching"
  | "preparing"
  | "testing"
  | "loading"
  | "verifying"
  | "committing"
  | "rolling-back";

export type ActivationState = {
  readonly active: Sha256 | undefined;
  readonly phase: ActivationPhase;
  /** What is being activated, or was last. */
  readonly offer: BundleOffer | undefined;
  readonly outcome: { readonly step: DistributionStep; readonly failure?: string } | undefined;
  /** Came while another one was on its way: only the newest counts. */
  readonly next: BundleOffer | undefined;
  readonly failed: DistributionId | undefined;
};

export type ActivationInput =
  | { readonly kind: "offer"; readonly offer: BundleOffer }
  /** The step under way succeeded. */
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string; readonly transient: boolean };

export type ActivationEffect =
  | { readonly kind: "fetch"; readonly sha256: Sha256 }
  | { readonly kind: "prepare" }
  | { readonly kind: "test" }
  | { readonly kind: "load" }
  | { readonly kind: "verify" }
  | { readonly kind: "commit"; readonly sha256: Sha256 }
  | { readonly kind: "roll-back" }
  | { readonly kind: "report" };

type Step = { state: ActivationState; effects: readonly ActivationEffect[] };

export function initialActivation(active: Sha256 | undefined): ActivationState {
  return {
    active,
    phase: "idle",
    offer: undefined,
    outcome: undefined,
    next: undefined,
    failed: undefined,
  };
}

export function activationStep(state: ActivationState, input: ActivationInput): Step {
  switch (input.kind) {
    case "offer":
      return offered(state, input.offer);
    case "done":
      return done(state);
    case "failed":
      return failed(state, input.message, input.transient);
  }
}

function offered(state: ActivationState, offer: BundleOffer): Step {
  if (state.phase !== "idle") {
    const same = state.offer?.distribution === offer.distribution;
    return { state: { ...state, next: same ? undefined : offer }, effects: [] };
  }
  if (offer.distribution === state.failed) return { state, effects: [] };
  if (offer.sha256 === state.active) return alreadyActive(state, offer);
  return {
    state: { ...state, phase: "fetching", offer, outcome: { step: "sent" }, next: undefined },
    effects: [{ kind: "report" }, { kind: "fetch", sha256: offer.sha256 }],
  };
}

/** Nothing to do but to say so: the same content was distributed again, or our report was lost. */
function alreadyActive(state: ActivationState, offer: BundleOffer): Step {
  if (state.offer?.distribution === offer.distribution) return { state, effects: [] };
  return {
    state: { ...state, offer, outcome: { step: "verified" } },
    effects: [{ kind: "report" }],
  };
}

function done(state: ActivationState): Step {
  const { offer } = state;
  if (offer === undefined) return { state, effects: [] };
  switch (state.phase) {
    case "idle":
      return { state, effects: [] };
    case "fetching":
      return { state: { ...state, phase: "preparing" }, effects: [{ kind: "prepare" }] };
    case "preparing":
      return { state: { ...state, phase: "testing" }, effects: [{ kind: "test" }] };
    case "testing":
      return {
        state: { ...state, phase: "loading", outcome: { step: "tested" } },
        effects: [{ kind: "report" }, { kind: "load" }],
      };
    case "loading":
      return {
        state: { ...state, phase: "verifying", outcome: { step: "loaded" } },
        effects: [{ kind: "report" }, { kind: "verify" }],
      };
    case "verifying":
      return {
        state: { ...state, phase: "committing" },
        effects: [{ kind: "commit", sha256: offer.sha256 }],
      };
    case "committing":
      return settled(
        { ...state, active: offer.sha256, outcome: { step: "verified" }, failed: undefined },
        [],
      );
    case "rolling-back":
      return settled(state, []);
  }
}

function failed(state: ActivationState, message: string, transient: boolean): Step {
  const step = state.outcome?.step ?? "sent";
  const distribution = transient ? state.failed : state.offer?.distribution;
  const known: ActivationState = {
    ...state,
    outcome: { step, failure: message },
    failed: distribution,
  };
  switch (state.phase) {
    case "idle":
      return { state, effects: [] };
    case "fetching":
    case "preparing":
    case "testing":
      return settled(known, []);
    case "loading":
    case "verifying":
    case "committing":
      return { state: { ...known, phase: "rolling-back" }, effects: [{ kind: "roll-back" }] };
    case "rolling-back": {
      const both = `${state.outcome?.failure ?? "it failed"}; going back failed too: ${message}`;
      return settled({ ...state, outcome: { step, failure: both } }, []);
    }
  }
}

/** The end of one activation: report it, then start on what came meanwhile. */
function settled(state: ActivationState, effects: readonly ActivationEffect[]): Step {
  const idle: ActivationState = { ...state, phase: "idle", next: undefined };
  const all: readonly ActivationEffect[] = [...effects, { kind: "report" }];
  if (state.next === undefined) return { state: idle, effects: all };
  const following = offered(idle, state.next);
  return { state: following.state, effects: [...all, ...following.effects] };
}
