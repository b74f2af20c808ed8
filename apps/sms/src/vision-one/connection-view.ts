import { X509Certificate } from "node:crypto";
import type { StoredIdentity } from "@breakwater/pki";
import type { Connection, StreamStatus } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { countBySource } from "../reputation/index.ts";
import { type ConnectionState, isOnboarded, restingAs } from "./connection-step.ts";
import type { HubSeat } from "./hub-seat.ts";
import { sourceOf } from "./object-entry.ts";
import { loadConnection, type StoredConnection } from "./store.ts";
import { unlinkedStreams } from "./stream-status.ts";
import type { VisionOne } from "./vision-one.ts";

type Seen = {
  state: ConnectionState;
  stored: StoredConnection;
  identity: StoredIdentity | undefined;
  streams: StreamStatus[];
  /** Another process holds the connection: how it is now is known there. */
  elsewhere: boolean;
};

/** The connection as the console shows it. */
export async function viewConnection(db: Executor, seat: HubSeat): Promise<Connection> {
  const { state, stored, identity, streams, elsewhere } = await look(db, seat.current);
  const hubUrl = identity?.meta.url ?? stored.hub_url;
  const onboarded = elsewhere ? stored.phase === "enrolled" : isOnboarded(state);
  return {
    state: state.phase,
    summary: elsewhere && onboarded ? heldElsewhere(hubUrl) : summaryOf(state, hubUrl),
    onboarded,
    hubUrl,
    enrolled: stored.enrolled?.toISOString() ?? null,
    certificate: identity === undefined ? null : certificateOf(identity),
    settings: stored.settings,
    streams,
    objects: await objectsOf(db, hubUrl),
  };
}

/** The part of it that the overview shows. */
export async function connectionFacts(db: Executor, seat: HubSeat) {
  const { state, stored, identity, elsewhere } = await look(db, seat.current);
  const hubUrl = identity?.meta.url ?? stored.hub_url;
  const held = elsewhere && stored.phase === "enrolled";
  return {
    state: state.phase,
    elsewhere: held,
    summary: held ? heldElsewhere(hubUrl) : summaryOf(state, hubUrl),
    failing: state.failing,
    certificateExpires: identity?.meta.notAfter ?? null,
  };
}

async function look(db: Executor, visionOne: VisionOne | undefined): Promise<Seen> {
  if (visionOne !== undefined) {
    const { state, stored, identity } = visionOne;
    const streams = visionOne.streams();
    return { state, stored, identity: identity.current(), streams, elsewhere: false };
  }
  const stored = await loadConnection(db);
  const state = restingAs(stored);
  const streams = unlinkedStreams(state.phase, stored.settings);
  return { state, stored, identity: undefined, streams, elsewhere: true };
}

function heldElsewhere(hubUrl: string | null): string {
  return `Another process of this SMS holds the connection to ${hostOf(hubUrl)}.`;
}

function hostOf(hubUrl: string | null): string {
  return hubUrl === null ? "the hub" : new URL(hubUrl).host;
}

/** In one sentence, with what to do when something is wrong. */
function summaryOf(state: ConnectionState, hubUrl: string | null): string {
  const host = hostOf(hubUrl);
  switch (state.phase) {
    case "not-connected":
      return state.problem === null
        ? "Not connected. Paste an enrollment token to connect."
        : `Not connected. The last attempt failed: ${state.problem}`;
    case "enrolling":
      return "Enrolling with the enrollment token.";
    case "connecting":
      return state.problem === null
        ? `Connecting to ${host}.`
        : `Connecting to ${host} again. ${state.problem}`;
    case "connected":
      return `Connected to ${host}.`;
    case "degraded":
      return `Connected to ${host}, but not everything works: ${state.failing.join(", ")}. See the streams below.`;
    case "refused":
      return `${state.problem ?? "The hub refuses this SMS."} Connect with a new enrollment token.`;
    case "disconnected":
      return "Disconnected. Reputation entries stay. Connect with a new enrollment token.";
  }
}

function certificateOf({ cert, meta }: StoredIdentity): Connection["certificate"] {
  const certificate = new X509Certificate(cert);
  return {
    subject: meta.identityUri,
    issuer: certificate.issuer.replaceAll("\n", ", "),
    fingerprint: meta.fingerprint,
    expires: new Date(meta.notAfter).toISOString(),
  };
}

async function objectsOf(db: Executor, hubUrl: string | null): Promise<Connection["objects"]> {
  if (hubUrl === null) return { total: 0, byType: {} };
  const counts = await countBySource(db, sourceOf(hubUrl));
  return {
    total: counts.reduce((sum, { n }) => sum + n, 0),
    byType: Object.fromEntries(counts.map(({ type, n }) => [type, n])),
  };
}
