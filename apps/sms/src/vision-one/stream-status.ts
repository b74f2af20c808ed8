import type {
  ConnectionSettings,
  StreamName,
  StreamState,
  StreamStatus,
} from "@breakwater/protocol";
import type { Phase } from "./connection-step.ts";
import type { SharingState } from "./event-sharing.ts";
import type { SyncState } from "./sync-state.ts";

/** When the objects were last as on the hub, and what went wrong last. */
export type SyncTimes = { inSync: Date | null; problem: StreamStatus["lastError"] };

export function nextTimes(before: SyncTimes, state: SyncState | undefined, now: Date): SyncTimes {
  if (state === undefined) return before;
  const inSync = syncStreamState(state) === "in-sync" ? now : before.inSync;
  const isNew = state.problem !== null && state.problem !== before.problem?.message;
  const problem = isNew
    ? { time: now.toISOString(), message: state.problem ?? "" }
    : before.problem;
  return { inSync, problem };
}

/** The object stream of an open link. */
export function syncStatus(
  enabled: boolean,
  state: SyncState | undefined,
  times: SyncTimes,
  now: Date,
): StreamStatus {
  const name = "suspicious-object-sync";
  if (!enabled) return idle(name, "disabled");
  if (state === undefined) return idle(name, "connecting");
  return {
    name,
    state: syncStreamState(state),
    lastSuccess: times.inSync?.toISOString() ?? null,
    lastError: times.problem,
    lagSeconds: syncStreamState(state) === "in-sync" ? 0 : secondsSince(times.inSync, now),
    path: "direct",
  };
}

function syncStreamState(state: SyncState): StreamState {
  if (state.problem !== null) return "failing";
  switch (state.phase) {
    case "closed":
      return "connecting";
    case "idle":
      return state.full || state.waiting ? "catching-up" : "in-sync";
    case "applying":
    case "fetching":
    case "paging":
    case "sweeping":
      return "catching-up";
  }
}

/** The event stream of an open link. */
export function sharingStatus(
  enabled: boolean,
  state: SharingState | undefined,
  now: Date,
): StreamStatus {
  const name = "event-sharing";
  if (!enabled) return idle(name, "disabled");
  if (state === undefined) return idle(name, "connecting");
  const { problem, upToDate, lastSuccess, oldest } = state;
  return {
    name,
    state: problem === null ? (upToDate ? "in-sync" : "catching-up") : "failing",
    lastSuccess: lastSuccess?.toISOString() ?? null,
    lastError:
      problem === null ? null : { time: problem.time.toISOString(), message: problem.message },
    lagSeconds: upToDate ? 0 : secondsSince(oldest, now),
    path: "direct",
  };
}

/** The streams while there is no link. */
export function unlinkedStreams(phase: Phase, settings: ConnectionSettings): StreamStatus[] {
  const enabled = (on: boolean): StreamState => {
    if (phase === "not-connected" || phase === "enrolling" || !on) return "disabled";
    return phase === "disconnected" || phase === "refused" ? "out-of-sync" : "connecting";
  };
  return [
    idle("suspicious-object-sync", enabled(settings.suspiciousObjectSync.enabled)),
    idle("event-sharing", enabled(settings.eventAndFilterStatusSharing)),
  ];
}

function idle(name: StreamName, state: StreamState): StreamStatus {
  return { name, state, lastSuccess: null, lastError: null, lagSeconds: null, path: "direct" };
}

function secondsSince(time: Date | null, now: Date): number | null {
  return time === null ? null : Math.max(0, Math.round((now.getTime() - time.getTime()) / 1000));
}
