import type { SetChanges, SetDelta, SetId, SetPosition } from "@breakwater/protocol";

/*
 * Which version of the set this device holds, and how it gets to the one the SMS has.
 *
 *                 delta from our version
 *              ┌──────────────────────────┐
 *              ▼                          │
 *   following ─┴── resync / diverged ──▶ fetching ── loaded ──▶ following, stream opened anew
 *      │                                  ▲   │
 *      └── delta from a later version:    │   └── failed: again after a wait
 *          stream opened anew             └── another set is wanted
 *
 * After every fetch the stream is opened anew with the version we have, so that deltas sent
 * meanwhile are sent again or replaced by another resync.
 *
 * A stream that is silent may be one that says nothing because nothing happens, or one that lost its
 * other end. So the SMS is asked every minute in which no delta was applied; if the answer holds
 * news, the stream should have brought it, and is opened anew.
 */
export type SetSyncState = {
  /** The set that the active policy refers to; undefined before the first policy. */
  readonly wanted: SetId | undefined;
  readonly position: SetPosition | undefined;
  readonly phase:
    | { readonly kind: "following" }
    | { readonly kind: "fetching" }
    | { readonly kind: "waiting"; readonly until: number };
  readonly failures: number;
  /** Times in a row that a gap made us open the stream anew. */
  readonly gaps: number;
  /** When to ask the SMS whether something was missed; undefined until the first tick. */
  readonly checkAt: number | undefined;
};

export type SetSyncInput =
  | { readonly kind: "wanted"; readonly set: SetId; readonly position: SetPosition | undefined }
  /** The SMS says on connection what it has. */
  | { readonly kind: "hello"; readonly position: SetPosition | null }
  | { readonly kind: "delta"; readonly delta: SetDelta }
  | { readonly kind: "resync"; readonly position: SetPosition }
  | { readonly kind: "applied"; readonly position: SetPosition }
  /** A delta led to another set than its sender has. */
  | { readonly kind: "diverged" }
  | { readonly kind: "loaded"; readonly position: SetPosition }
  | { readonly kind: "fetch-failed" }
  /** The SMS was asked what has changed since `since`. */
  | { readonly kind: "checked"; readonly since: number; readonly changes: SetChanges }
  | { readonly kind: "tick" };

export type SetSyncEffect =
  | { readonly kind: "apply"; readonly delta: SetDelta }
  | { readonly kind: "fetch"; readonly set: SetId }
  | { readonly kind: "check"; readonly set: SetId; readonly since: number }
  | { readonly kind: "reopen-stream" };

export type SetSyncContext = { readonly now: number; readonly random: number };

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Between 45 and 75 s, so that a fleet does not ask all at once. */
const CHECK_EVERY_MS = 60_000;
/** A server whose deltas never fit is asked for the whole set instead. */
const MAX_GAPS = 2;

export const initialSetSync: SetSyncState = {
  wanted: undefined,
  position: undefined,
  phase: { kind: "following" },
  failures: 0,
  gaps: 0,
  checkAt: undefined,
};

type Step = { state: SetSyncState; effects: readonly SetSyncEffect[] };

/** The driver feeds inputs one at a time and completes `apply` before the next one. */
export function setSyncStep(
  state: SetSyncState,
  input: SetSyncInput,
  context: SetSyncContext,
): Step {
  switch (input.kind) {
    case "wanted":
      return wanted(state, input.set, input.position);
    case "hello":
      return isStrange(state, input.position) ? fetching(state) : { state, effects: [] };
    case "delta":
      return delta(state, input.delta);
    case "resync":
      return input.position.set === state.wanted ? fetching(state) : { state, effects: [] };
    case "applied":
      return {
        state: { ...state, position: input.position, gaps: 0, checkAt: nextCheck(context) },
        effects: [],
      };
    case "diverged":
      return fetching({ ...state, position: undefined });
    case "loaded":
      return loaded(state, input.position);
    case "fetch-failed":
      return failed(state, context);
    case "checked":
      return checked(state, input.since, input.changes);
    case "tick":
      return tick(state, context);
  }
}

function tick(state: SetSyncState, context: SetSyncContext): Step {
  const { phase, position, checkAt } = state;
  switch (phase.kind) {
    case "waiting":
      return context.now < phase.until ? { state, effects: [] } : fetching(state);
    case "fetching":
      return { state, effects: [] };
    case "following": {
      if (checkAt !== undefined && context.now < checkAt) return { state, effects: [] };
      const next = { ...state, checkAt: nextCheck(context) };
      if (checkAt === undefined || position === undefined) return { state: next, effects: [] };
      const check = { kind: "check", set: position.set, since: position.version } as const;
      return { state: next, effects: [check] };
    }
  }
}

function nextCheck({ now, random }: SetSyncContext): number {
  return now + CHECK_EVERY_MS * (0.75 + random / 2);
}

/** An answer about a version that is not ours any more says nothing: the stream was quicker. */
function checked(
  state: SetSyncState,
  since: number,
  { position, delta: missed }: SetChanges,
): Step {
  const ours = state.position;
  if (ours?.version !== since || ours.set !== position.set) return { state, effects: [] };
  if (state.phase.kind !== "following") return { state, effects: [] };
  if (missed === null) {
    const same = position.version === since && position.checksum === ours.checksum;
    return same ? { state, effects: [] } : fetching(state);
  }
  const { state: next, effects } = delta(state, missed);
  const applies = effects.some((effect) => effect.kind === "apply");
  return { state: next, effects: applies ? [...effects, { kind: "reopen-stream" }] : effects };
}

function wanted(state: SetSyncState, set: SetId, position: SetPosition | undefined): Step {
  const next: SetSyncState = {
    wanted: set,
    position,
    phase: { kind: "following" },
    failures: 0,
    gaps: 0,
    checkAt: state.checkAt,
  };
  if (position === undefined) return fetching(next);
  return { state: next, effects: state.wanted === set ? [] : [{ kind: "reopen-stream" }] };
}

/** Same version, other content; or a version from a future that the SMS has forgotten. */
function isStrange(state: SetSyncState, theirs: SetPosition | null): boolean {
  const ours = state.position;
  if (theirs === null || ours === undefined || theirs.set !== ours.set) return false;
  if (theirs.version < ours.version) return true;
  return theirs.version === ours.version && theirs.checksum !== ours.checksum;
}

function delta(state: SetSyncState, next: SetDelta): Step {
  const { position, phase } = state;
  if (next.set !== state.wanted || phase.kind !== "following") return { state, effects: [] };
  if (position === undefined) return fetching(state);
  if (next.to <= position.version) return { state, effects: [] };
  if (next.from !== position.version) return gap(state);
  return { state, effects: [{ kind: "apply", delta: next }] };
}

function gap(state: SetSyncState): Step {
  if (state.gaps >= MAX_GAPS) return fetching(state);
  return { state: { ...state, gaps: state.gaps + 1 }, effects: [{ kind: "reopen-stream" }] };
}

function fetching(state: SetSyncState): Step {
  if (state.wanted === undefined || state.phase.kind === "fetching") return { state, effects: [] };
  return {
    state: { ...state, phase: { kind: "fetching" } },
    effects: [{ kind: "fetch", set: state.wanted }],
  };
}

function loaded(state: SetSyncState, position: SetPosition): Step {
  const following: SetSyncState = { ...state, phase: { kind: "following" }, failures: 0, gaps: 0 };
  if (position.set !== state.wanted) return fetching(following);
  return { state: { ...following, position }, effects: [{ kind: "reopen-stream" }] };
}

function failed(state: SetSyncState, { now, random }: SetSyncContext): Step {
  const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(state.failures, 10));
  const until = now + limit * (0.5 + random / 2);
  return {
    state: { ...state, phase: { kind: "waiting", until }, failures: state.failures + 1 },
    effects: [],
  };
}
