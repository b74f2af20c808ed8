import type { TLSSocket } from "node:tls";
import type { Sha256 } from "@breakwater/protocol";
import { certificateFacts } from "../crypto/certificate-facts.ts";
import { PKI_ERRORS, type PkiErrorCode } from "../errors.ts";
import type { HttpRequest } from "../est/http-types.ts";
import type { Identity } from "../identity-uri.ts";
import { createLivePeers, type LivePeer } from "./live-peers.ts";
import {
  decidePeer,
  type PeerConnection,
  type PeerDecision,
  type PeerRules,
  type RefusedPeer,
} from "./peer-decision.ts";

/** Kept on the socket itself: http2 hands out proxies of sockets, which no map would find. */
const CONNECTION = Symbol("breakwater.peer");
type PeerSocket = TLSSocket & { [CONNECTION]?: PeerConnection };

/** An https or http2 secure server. */
export type TlsServer = {
  prependListener(event: "secureConnection", listener: (socket: TLSSocket) => void): unknown;
};

export type PeerVerifierOptions = PeerRules & {
  readonly now: () => number;
  /** For logs, once per refused connection; requests are only counted. */
  readonly onRefused?: (refusal: RefusedPeer, remoteAddress: string) => void;
};

export type PeerVerifier = ReturnType<typeof createPeerVerifier>;

/**
 * Decides which clients may talk to a server made with `serverTlsOptions`. `lookup` must be
 * an in-memory look-up: it runs at every request, so that a revocation, and a session
 * resumed from an old ticket, cannot slip through.
 */
export function createPeerVerifier(options: PeerVerifierOptions) {
  const live = createLivePeers(options.now);
  const refusals = new Map<PkiErrorCode, number>();

  const decide = (connection: PeerConnection) => decidePeer(connection, options, options.now());

  function count(decision: PeerDecision): PeerDecision {
    if (decision.kind === "refused") {
      refusals.set(decision.code, (refusals.get(decision.code) ?? 0) + 1);
    }
    return decision;
  }

  function onConnection(socket: PeerSocket): void {
    const connection = readConnection(socket);
    socket[CONNECTION] = connection;
    const decision = decide(connection);
    if (decision.kind === "refused") {
      // Kept open: the request gets the reason, and enrolment needs no certificate.
      options.onRefused?.(decision, socket.remoteAddress ?? "unknown");
      return;
    }
    const peer: LivePeer = { socket, ...decision };
    live.add(peer);
    socket.once("close", () => live.remove(peer));
  }

  return {
    /** Watches the connections of a server; call it before the server listens. */
    attach: (server: TlsServer): void => {
      server.prependListener("secureConnection", onConnection);
    },
    /** Who sends this request, or why it must be refused. Call it for every request. */
    check: (request: HttpRequest): PeerDecision => count(decide(connectionOf(request))),
    /** Ends the open connections of an identity, or of one of its certificates, in this tick. */
    disconnect: (identity: Identity, fingerprint?: Sha256): number => {
      const matches = (peer: LivePeer) =>
        fingerprint === undefined || peer.fingerprint === fingerprint;
      return live.kill(matches, live.ofIdentity(identity));
    },
    /** Looks every open connection up again, e.g. after missed change notices. */
    recheckAll: (): number =>
      live.kill((peer) => options.lookup(peer.identity, peer.fingerprint) !== "active"),
    /** Is this identity connected now? */
    isConnected: (identity: Identity) => [...live.ofIdentity(identity)].length > 0,
    connections: () => live.count(),
    /** Refused requests by code, since start. */
    refusals: (): ReadonlyMap<PkiErrorCode, number> => refusals,
    stop: () => live.stop(),
  };
}

/** "CertificateRevoked: …": one line for a log. */
export function describeRefusal(refusal: RefusedPeer): string {
  return `${refusal.code}: ${PKI_ERRORS[refusal.code].message}`;
}

function connectionOf(request: HttpRequest): PeerConnection {
  try {
    const socket = request.socket as PeerSocket;
    return socket[CONNECTION] ?? readConnection(socket);
  } catch {
    // http2 throws when the session is gone: whoever it was, it is nobody now.
    return { facts: undefined, authorized: false, authorizationError: undefined };
  }
}

function readConnection(socket: PeerSocket): PeerConnection {
  const certificate = socket.getPeerX509Certificate();
  return {
    facts: certificate === undefined ? undefined : readFacts(certificate.raw),
    authorized: socket.authorized,
    authorizationError: socket.authorizationError as unknown as string | undefined,
  };
}

function readFacts(der: Uint8Array) {
  try {
    return certificateFacts(der);
  } catch {
    return undefined;
  }
}
