import type { IncomingMessage } from "node:http";
import type { Http2SecureServer, Http2ServerRequest, ServerHttp2Session } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { FastifyInstance } from "fastify";

/** Milliseconds that a client may take. Bodies get more for their size. */
export type ConnectionLimits = {
  /** From the handshake, or the last answer, to the end of the next request's headers (HTTP/1.1). */
  readonly headersMs: number;
  /** For a body, plus what {@link SLOWEST_BYTES_PER_MS} takes for the largest one allowed. */
  readonly bodyMs: number;
  /** Without a byte in either direction. Long-lived streams have heartbeats. */
  readonly silenceMs: number;
};

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 60_000,
  bodyMs: 30_000,
  silenceMs: 180_000,
};

export const SLOWEST_BYTES_PER_MS = 32;
/** A window of 64 kB, which is the default, throttles uploads over long distances. */
const STREAM_WINDOW = 1 << 20;
const SESSION_WINDOW = 4 << 20;

export const HTTP2_SETTINGS = { maxConcurrentStreams: 128, initialWindowSize: STREAM_WINDOW };

/**
 * Ends requests whose body does not come in time, over any version of HTTP. A body that its handler
 * reads as it comes has its own limits: there the time also depends on the handler.
 */
export function limitBodies(instance: FastifyInstance, { bodyMs }: ConnectionLimits): void {
  instance.addHook("onRequest", async ({ raw, routeOptions }) => {
    if (!hasBody(raw) || routeOptions.config.consumes === "bytes") return;
    const allowed = bodyMs + (routeOptions.bodyLimit ?? 0) / SLOWEST_BYTES_PER_MS;
    const timer = setTimeout(() => cutOff(raw), allowed);
    const settle = () => clearTimeout(timer);
    raw.once("end", settle).once("close", settle);
  });
}

/** Over HTTP/2, destroying the request alone would leave its stream open. */
export function cutOff(request: IncomingMessage | Http2ServerRequest): void {
  if ("stream" in request) request.stream.destroy();
  else request.destroy();
}

function hasBody(request: IncomingMessage | Http2ServerRequest): boolean {
  if ("stream" in request) return !request.stream.endAfterHeaders;
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || Number(length ?? 0) > 0;
}

/**
 * What Node 20 leaves open where HTTP/2 and HTTP/1.1 share a port: it times no HTTP/1.1 headers
 * there, and closing waits for open sessions. Returns a function that ends every connection.
 */
export function limitConnections(
  server: Http2SecureServer,
  { headersMs }: ConnectionLimits,
): () => void {
  const sockets = new Map<object, { socket: TLSSocket; active: number; timer?: NodeJS.Timeout }>();
  const change = (socket: object, by: number) => {
    const known = sockets.get(socket);
    if (known === undefined) return;
    known.active += by;
    clearTimeout(known.timer);
    if (known.active > 0) return;
    known.timer = setTimeout(() => known.socket.destroy(), headersMs).unref();
  };
  server.on("secureConnection", (socket: TLSSocket) => {
    sockets.set(socket, { socket, active: 0 });
    socket.once("close", () => {
      clearTimeout(sockets.get(socket)?.timer);
      sockets.delete(socket);
    });
    if (socket.alpnProtocol !== "h2") change(socket, 0);
  });
  server.on("request", (request, response) => {
    if (request.httpVersionMajor === 2) return;
    const { socket } = request;
    change(socket, 1);
    response.once("close", () => change(socket, -1));
  });
  server.on("session", (session: ServerHttp2Session) => session.setLocalWindowSize(SESSION_WINDOW));
  return () => {
    for (const { socket } of sockets.values()) socket.destroy();
  };
}
