import type { FeedChange, FeedPosition } from "@breakwater/protocol";
import { backOff } from "./back-off.ts";
import type { LocalPosition, SyncInput, SyncState, SyncTransition } from "./sync-state.ts";

/*
 * Keeps the objects here equal to the hub's list. One thing is done at a time; stream lines that
 * come meanwhile only raise `wanted`.
 *
 *            opened
 *   closed ─────────▶ idle ──── changes that follow on ──▶ applying ──▶ idle
 *                      │ ▲                                    │
 *     behind, resync,  │ │ up to date, checksum right         │ not up to date yet
 *     poll             ▼ │                                    ▼
 *                    fetching changes ◀──────────────────── idle, behind
 *                      │
 *     other epoch, revision from the future, checksum wrong, nothing here yet
 *                      ▼
 *                    paging ── page, page, last page ──▶ sweeping ──▶ fetching changes
 *
 * Nothing is deleted before the last page of a full fetch is here. A failure leads back to idle and,
 * after a back-off, to another attempt from what is stored.
 */

export function initialSync(local: LocalPosition | null): SyncState {
  return {
    phase: "closed",
    local,
    wanted: null,
    target: null,
    paging: null,
    staged: 0,
    full: local === null,
    poll: false,
    failures: 0,
    problem: null,
    mismatches: 0,
    waiting: false,
  };
}

export function syncStep(state: SyncState, input: SyncInput): SyncTransition {
  switch (input.kind) {
    case "opened":
      if (state.phase !== "closed") return only(state);
      return next({ ...initialSync(state.local), phase: "idle", poll: true, full: state.full });
    case "closed":
      return only({ ...initialSync(state.local), full: state.full, problem: state.problem });
    default:
      return state.phase === "closed" ? only(state) : onInput(state, input);
  }
}

type OpenInput = Exclude<SyncInput, { kind: "opened" | "closed" }>;

function onInput(state: SyncState, input: OpenInput): SyncTransition {
  switch (input.kind) {
    case "position":
      return heard({ ...state, wanted: input.position });
    case "changes":
      return onChanges(state, input);
    case "poll":
      return heard({ ...state, poll: true });
    case "fetched":
      return state.phase === "fetching" ? onFetched(state, input) : only(state);
    case "stale":
      return state.phase === "fetching"
        ? next({ ...state, phase: "idle", full: true })
        : only(state);
    case "page":
      return state.phase === "paging" ? onPage(state, input) : only(state);
    case "staged":
      return state.phase === "paging" ? onStaged(state, input.next) : only(state);
    case "applied":
      return onApplied(state, input.local);
    case "failed":
      return onFailed(state, input);
    case "retry":
      return heard({ ...state, waiting: false, poll: true });
  }
}

/** News start something only when nothing is under way. */
function heard(state: SyncState): SyncTransition {
  return state.phase === "idle" && !state.waiting ? next(state) : only(state);
}

function onChanges(
  state: SyncState,
  { from, changes, position }: Extract<SyncInput, { kind: "changes" }>,
): SyncTransition {
  const { local } = state;
  const wanted = { ...state, wanted: position };
  const followsOn =
    state.phase === "idle" &&
    !state.waiting &&
    !state.full &&
    local !== null &&
    local.epoch === position.epoch &&
    from === local.revision;
  return followsOn ? apply(wanted, changes, position, position) : heard(wanted);
}

function onFetched(
  state: SyncState,
  { changes, more, position }: Extract<SyncInput, { kind: "fetched" }>,
): SyncTransition {
  const { local } = state;
  const wanted = { ...state, wanted: position, poll: false };
  if (local === null || local.epoch !== position.epoch || local.revision > position.revision) {
    return next({ ...wanted, phase: "idle", full: true });
  }
  const last = changes.at(-1);
  if (!more) return apply(wanted, changes, position, position);
  // Without a change there is no way forward, whatever the hub says.
  if (last === undefined) return next({ ...wanted, phase: "idle", full: true });
  const revision = revisionOf(last);
  return apply({ ...wanted, poll: true }, changes, { ...position, revision }, null);
}

function apply(
  state: SyncState,
  changes: readonly FeedChange[],
  reached: FeedPosition,
  target: FeedPosition | null,
): SyncTransition {
  const { epoch, revision } = reached;
  return {
    state: { ...state, phase: "applying", target },
    effects: [{ kind: "apply", changes, epoch, revision }],
  };
}

function onPage(
  state: SyncState,
  { items, next: cursor, position }: Extract<SyncInput, { kind: "page" }>,
): SyncTransition {
  const paging = state.paging ?? position;
  // The list began a new life under our hands.
  if (paging.epoch !== position.epoch) return next({ ...state, phase: "idle", full: true });
  return {
    state: { ...state, paging, staged: state.staged + items.length },
    effects: [{ kind: "stage", items, first: state.paging === null, next: cursor }],
  };
}

function onStaged(state: SyncState, cursor: string | undefined): SyncTransition {
  if (cursor !== undefined) {
    return { state, effects: [{ kind: "fetch-page", cursor }] };
  }
  const { paging } = state;
  if (paging === null || (state.staged === 0 && paging.count > 0)) {
    const problem = "The hub answered with an empty list although it says that it has objects.";
    return onFailed(state, { kind: "failed", problem, jitter: 1 });
  }
  return { state: { ...state, phase: "sweeping" }, effects: [{ kind: "sweep", position: paging }] };
}

function onApplied(state: SyncState, local: LocalPosition): SyncTransition {
  if (state.phase !== "applying" && state.phase !== "sweeping") return only(state);
  const done = { ...state, phase: "idle" as const, local, failures: 0, problem: null };
  if (state.phase === "sweeping") {
    // Pages are not of one moment: what changed meanwhile comes as changes, and then it is compared.
    return next({ ...done, full: false, paging: null, staged: 0, poll: true });
  }
  const { target } = state;
  if (target === null) return next({ ...done, target: null });
  const isRight = target.checksum === local.checksum && target.count === local.count;
  if (isRight) return next({ ...done, target: null, mismatches: 0 });
  return onMismatch({ ...done, target: null });
}

/** A full fetch puts it right; if it does not, more of them in a row would only be load. */
function onMismatch(state: SyncState): SyncTransition {
  const mismatches = state.mismatches + 1;
  if (mismatches === 1) return next({ ...state, full: true, mismatches });
  const problem = "The objects here do not add up to the hub's checksum.";
  return onFailed({ ...state, full: true, mismatches }, { kind: "failed", problem, jitter: 1 });
}

function onFailed(
  state: SyncState,
  { problem, jitter }: Extract<SyncInput, { kind: "failed" }>,
): SyncTransition {
  const ms = backOff(state.failures + state.mismatches, jitter);
  const failures = state.failures + 1;
  return {
    state: {
      ...state,
      phase: "idle",
      target: null,
      paging: null,
      staged: 0,
      failures,
      problem,
      waiting: true,
    },
    effects: [{ kind: "wait", ms }],
  };
}

/** What to do next when nothing is under way. */
function next(state: SyncState): SyncTransition {
  const { local, wanted } = state;
  const otherLife = local !== null && wanted !== null && wanted.epoch !== local.epoch;
  const ahead = local !== null && wanted !== null && local.revision > wanted.revision;
  if (state.full || local === null || otherLife || ahead) {
    return {
      state: { ...state, phase: "paging", full: true, paging: null, staged: 0, poll: false },
      effects: [{ kind: "fetch-page", cursor: undefined }],
    };
  }
  const behind = wanted !== null && wanted.revision > local.revision;
  if (behind || state.poll) {
    return {
      state: { ...state, phase: "fetching", poll: false },
      effects: [{ kind: "fetch-changes", since: local.revision }],
    };
  }
  return only({ ...state, phase: "idle" });
}

/** Revisions are unique, and changes come in their order. */
export function revisionOf(change: FeedChange): number {
  return change.change === "set" ? change.object.revision : change.revision;
}

function only(state: SyncState): SyncTransition {
  return { state, effects: [] };
}
