import type { TLSSocket } from "node:tls";
import {
  type CertificateAuthority,
  createEstHandler,
  createPeerVerifier,
  describeRefusal,
  type EnrolmentPort,
  EST_PATH,
  errorReply,
  type Identity,
  type PeerStatus,
  PkiError,
  type ServerCredentials,
  serverTlsOptions,
  swapServerCredentials,
} from "@breakwater/pki";
import {
  type Authenticate,
  type Clock,
  formatError,
  HttpApp,
  type Log,
} from "@breakwater/platform";
import type { ProductId, Sha256 } from "@breakwater/protocol";

export type ProductListenerOptions = {
  ca: CertificateAuthority;
  credentials: ServerCredentials;
  clock: Clock;
  log: Log;
  version: string;
  lookup: (identity: Identity, fingerprint: Sha256) => PeerStatus;
  port: EnrolmentPort;
  /** A request of a product was accepted. */
  onRequest: (product: ProductId, fingerprint: Sha256) => void;
};

export type ProductListener = {
  app: HttpApp;
  disconnect: (identity: Identity) => void;
  /** Looks every open connection up again. */
  recheck: () => void;
  swapCredentials: (credentials: ServerCredentials) => void;
  close: () => Promise<void>;
};

/** The listener for products: EST without, everything else only with a good client certificate. */
export async function createProductListener(
  options: ProductListenerOptions,
): Promise<ProductListener> {
  const { ca, clock, log } = options;
  const now = () => clock.now().getTime();
  const verifier = createPeerVerifier({
    trustDomain: ca.trustDomain,
    kinds: ["sms"],
    lookup: options.lookup,
    now,
    onRefused: (refusal, source) => {
      // Enrolment comes without a certificate: nothing to report.
      if (refusal.code === "CertificateMissing") return;
      log.warn({ source, claimed: refusal.claimed }, describeRefusal(refusal));
    },
  });

  const authenticate: Authenticate = async ({ raw, url }) => {
    if (url.startsWith(EST_PATH)) return undefined;
    const peer = verifier.check(raw);
    if (peer.kind === "refused") throw new PkiError(peer.code);
    const { identity, fingerprint } = peer;
    if (identity.kind !== "sms") throw new PkiError("CertificateNoIdentity");
    options.onRequest(identity.id, fingerprint);
    return {
      kind: "product",
      id: identity.id,
      name: identity.id,
      via: "api",
      permissions: new Set(),
    };
  };

  const app = await HttpApp.create({
    log,
    authenticate,
    title: "Breakwater hub, product API",
    version: options.version,
    tls: serverTlsOptions(options.credentials),
    formatErrorFor: () => (error, requestId) =>
      error instanceof PkiError
        ? errorReply(error.reason, requestId)
        : formatError(error, requestId),
  });
  const sockets = trackSockets(app);
  verifier.attach(app.tlsServer);
  registerEst(app, options, verifier.check);

  return {
    app,
    disconnect: (identity) => {
      verifier.disconnect(identity);
    },
    recheck: () => {
      verifier.recheckAll();
    },
    swapCredentials: (credentials) => swapServerCredentials(app.tlsServer, credentials),
    close: async () => {
      verifier.stop();
      const closed = app.close();
      // Open HTTP/2 sessions would keep the server waiting for as long as their products like.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function trackSockets(app: HttpApp): ReadonlySet<TLSSocket> {
  const sockets = new Set<TLSSocket>();
  app.tlsServer.on("secureConnection", (socket: TLSSocket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

function registerEst(
  app: HttpApp,
  { ca, port, clock, log }: ProductListenerOptions,
  checkPeer: Parameters<typeof createEstHandler>[0]["checkPeer"],
): void {
  const est = createEstHandler({
    ca: () => ca,
    port,
    checkPeer,
    now: () => clock.now().getTime(),
    onEvent: ({ cause, ...event }) => {
      const failed = event.outcome === "EnrolmentFailed";
      log[failed ? "error" : "info"]({ ...event, ...(failed ? { err: cause } : {}) }, "enrolment");
    },
  });
  for (const method of ["GET", "POST"] as const) {
    app.raw(
      method,
      `${EST_PATH}*`,
      { summary: "Enrolment over secure transport (RFC 7030)", permission: "public" },
      (request, response) => {
        est(request, response);
      },
    );
  }
}
