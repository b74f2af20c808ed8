import type { Sha256 } from "@breakwater/protocol";
import { formatIdentityUri, type Identity } from "../identity-uri.ts";

export type LivePeer = {
  readonly socket: { destroy(): unknown };
  readonly identity: Identity;
  readonly fingerprint: Sha256;
  readonly notAfter: number;
};

/** `setTimeout` counts in 31 bits, and clocks jump: look again at least this often. */
const LOOK_AGAIN_MS = 3_600_000;

/** Open authorized connections by identity; ends those whose certificate expires. */
export function createLivePeers(now: () => number) {
  const byIdentity = new Map<string, Set<LivePeer>>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  function add(peer: LivePeer): void {
    const key = formatIdentityUri(peer.identity);
    const peers = byIdentity.get(key) ?? new Set();
    byIdentity.set(key, peers.add(peer));
    arm(peer.notAfter);
  }

  function remove(peer: LivePeer): void {
    const key = formatIdentityUri(peer.identity);
    const peers = byIdentity.get(key);
    peers?.delete(peer);
    if (peers?.size === 0) byIdentity.delete(key);
  }

  /** Destroys matching connections now, in this tick; answers how many. */
  function kill(matches: (peer: LivePeer) => boolean, among: Iterable<LivePeer> = all()): number {
    const doomed = [...among].filter(matches);
    for (const peer of doomed) {
      remove(peer);
      peer.socket.destroy();
    }
    return doomed.length;
  }

  function* all(): Generator<LivePeer> {
    for (const peers of byIdentity.values()) yield* peers;
  }

  function arm(at: number): void {
    const due = Math.min(at, now() + LOOK_AGAIN_MS);
    if (due >= timerAt) return;
    clearTimeout(timer);
    timerAt = due;
    timer = setTimeout(endExpired, Math.max(due - now(), 0)).unref();
  }

  function endExpired(): void {
    timerAt = Number.POSITIVE_INFINITY;
    kill((peer) => peer.notAfter <= now());
    let next = Number.POSITIVE_INFINITY;
    for (const peer of all()) next = Math.min(next, peer.notAfter);
    if (next < Number.POSITIVE_INFINITY) arm(next);
  }

  return {
    add,
    remove,
    kill,
    ofIdentity: (identity: Identity) => byIdentity.get(formatIdentityUri(identity)) ?? [],
    count: () => [...all()].length,
    stop: () => clearTimeout(timer),
  };
}
