import type { TLSSocket } from "node:tls";
import {
  type CertificateAuthority,
  createEstHandler,
  createPeerVerifier,
  describeRefusal,
  type EnrolmentPort,
  EST_PATH,
  errorReply,
  type PeerVerifier,
  PkiError,
  type ServerCredentials,
  serverTlsOptions,
} from "@breakwater/pki";
import {
  type Authenticate,
  type Clock,
  formatError,
  HttpApp,
  type Log,
  type Principal,
} from "@breakwater/platform";
import type { CertificateRegistry } from "./devices/index.ts";
import { refuseOpenRoutes } from "./web-listener.ts";

export type DeviceListenerOptions = {
  ca: CertificateAuthority;
  credentials: ServerCredentials;
  clock: Clock;
  log: Log;
  version: string;
  registry: CertificateRegistry;
  enrolment: EnrolmentPort;
};

export type DeviceListener = {
  app: HttpApp;
  verifier: PeerVerifier;
  close: () => Promise<void>;
};

/** The listener for devices: EST without, everything else only with a good client certificate. */
export async function createDeviceListener(
  options: DeviceListenerOptions,
): Promise<DeviceListener> {
  const { ca, clock, log, registry } = options;
  const verifier = createPeerVerifier({
    trustDomain: ca.trustDomain,
    kinds: ["device"],
    lookup: (identity, fingerprint) => registry.lookup(identity, fingerprint),
    now: () => clock.now().getTime(),
    onRefused: (refusal, source) => {
      // Enrolment comes without a certificate: nothing to report.
      if (refusal.code === "CertificateMissing") return;
      log.warn({ source, claimed: refusal.claimed }, describeRefusal(refusal));
    },
  });
  const app = await HttpApp.create({
    log,
    authenticate: deviceAuthentication(verifier, registry),
    title: "Breakwater SMS, agent API",
    version: options.version,
    tls: serverTlsOptions(options.credentials),
    formatErrorFor: () => (error, requestId) =>
      error instanceof PkiError
        ? errorReply(error.reason, requestId)
        : formatError(error, requestId),
  });
  refuseOpenRoutes(app);
  const sockets = trackSockets(app);
  verifier.attach(app.tlsServer);
  registerEst(app, options, verifier);
  return {
    app,
    verifier,
    close: async () => {
      verifier.stop();
      const closed = app.close();
      // Open HTTP/2 sessions would keep the server waiting for as long as their agents like.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function deviceAuthentication(verifier: PeerVerifier, registry: CertificateRegistry): Authenticate {
  return async ({ raw, url }): Promise<Principal | undefined> => {
    if (url.startsWith(EST_PATH)) return undefined;
    const peer = verifier.check(raw);
    if (peer.kind === "refused") throw new PkiError(peer.code);
    const { id } = peer.identity;
    await registry.noteUse(peer.fingerprint);
    return { kind: "device", id, name: id, via: "api", permissions: new Set() };
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
  { ca, enrolment, clock, log }: DeviceListenerOptions,
  verifier: PeerVerifier,
): void {
  const est = createEstHandler({
    ca: () => ca,
    port: enrolment,
    checkPeer: (request) => verifier.check(request),
    now: () => clock.now().getTime(),
    onEvent: ({ cause, ...event }) => {
      if (event.outcome === "EnrolmentFailed") log.error({ ...event, err: cause }, "enrolment");
      else log.info(event, "enrolment");
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
