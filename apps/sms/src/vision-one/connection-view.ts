import { X509Certificate } from "node:crypto";
import type { StoredIdentity } from "@breakwater/pki";
import type { Connection } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { countBySource } from "../reputation/index.ts";
import type { ConnectionState } from "./connection-step.ts";
import { sourceOf } from "./object-entry.ts";
import type { VisionOne } from "./vision-one.ts";

/** The connection as the console shows it. */
export async function viewConnection(db: Executor, visionOne: VisionOne): Promise<Connection> {
  const { state, stored } = visionOne;
  const identity = visionOne.identity.current();
  const hubUrl = identity?.meta.url ?? stored.hub_url;
  return {
    state: state.phase,
    summary: summaryOf(state, hubUrl),
    onboarded: visionOne.isOnboarded,
    hubUrl,
    enrolled: stored.enrolled?.toISOString() ?? null,
    certificate: identity === undefined ? null : certificateOf(identity),
    settings: stored.settings,
    streams: visionOne.streams(),
    objects: await objectsOf(db, hubUrl),
  };
}

/** In one sentence, with what to do when something is wrong. */
export function summaryOf(state: ConnectionState, hubUrl: string | null): string {
  const host = hubUrl === null ? "the hub" : new URL(hubUrl).host;
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
