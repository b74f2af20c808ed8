import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as connectTcp, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { messageOf } from "@breakwater/protocol";
import { PkiError } from "../errors.ts";

/** Roots (PEM) that the server must chain to; `unverified` only to fetch a CA that a pin will check. */
export type ServerTrust = { readonly roots: readonly string[] } | "unverified";

export type EstRequest = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly trust: ServerTrust;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of the client certificate with its chain, and its key. */
  readonly client?: { readonly cert: string; readonly key: string };
};

export type EstAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
};

/** One request on a connection of its own. Rejects with ServerUnreachable or ServerUntrusted. */
export type EstTransport = (request: EstRequest) => Promise<EstAnswer>;

export type EstTransportOptions = {
  /** Opens the way to the server: directly unless told, e.g. through an HTTP proxy. */
  readonly openConnection?: (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;
  readonly timeoutMs?: number;
};

const MAX_ANSWER_BYTES = 256 * 1024;

export function createEstTransport(options: EstTransportOptions = {}): EstTransport {
  const { openConnection = openTcp, timeoutMs = 30_000 } = options;
  return async (request) => {
    // One signal for every phase: a peer that stops in the middle cannot hold us.
    const signal = AbortSignal.timeout(timeoutMs);
    const host = request.url.hostname.replace(/^\[|\]$/g, "");
    const raw = await reach(openConnection(host, Number(request.url.port || 443), signal));
    const socket = await secure(raw, host, request, signal);
    try {
      return await exchange(socket, request, signal);
    } catch (cause) {
      throw new PkiError("ServerUnreachable", messageOf(cause), { cause });
    } finally {
      socket.destroy();
    }
  };
}

/**
 * TLS option `servername` for a host: absent for an IP address, which must not be sent as a
 * server name (RFC 6066, Node DEP0123); Node then checks the certificate against `host`.
 */
export function serverNameFor(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

async function openTcp(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const socket = connectTcp({ host, port });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function reach(connecting: Promise<Duplex>): Promise<Duplex> {
  try {
    return await connecting;
  } catch (cause) {
    throw new PkiError("ServerUnreachable", messageOf(cause), { cause });
  }
}

async function secure(
  raw: Duplex,
  host: string,
  request: EstRequest,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { trust, client } = request;
  const socket = connectTls({
    socket: raw,
    host,
    ...serverNameFor(host),
    minVersion: "TLSv1.3",
    ALPNProtocols: ["http/1.1"],
    ...(trust === "unverified" ? { rejectUnauthorized: false } : { ca: [...trust.roots] }),
    ...client,
  });
  try {
    await once(socket, "secureConnect", { signal });
    return socket;
  } catch (cause) {
    socket.destroy();
    raw.destroy();
    const isGone = signal.aborted || isConnectionLoss(cause);
    throw new PkiError(isGone ? "ServerUnreachable" : "ServerUntrusted", messageOf(cause), {
      cause,
    });
  }
}

function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

function exchange(socket: TLSSocket, request: EstRequest, signal: AbortSignal): Promise<EstAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      createConnection: () => socket,
      method: request.method,
      path: request.url.pathname,
      signal,
      headers: {
        host: request.url.host,
        connection: "close",
        ...request.headers,
        ...(request.body === undefined
          ? {}
          : { "content-length": String(Buffer.byteLength(request.body)) }),
      },
    });
    outgoing.on("error", reject);
    const onClose = () => reject(new Error("the connection was closed"));
    outgoing.on("close", onClose);
    outgoing.on("response", (incoming) => {
      // From here on the body tells how it ends, also when it is cut off.
      outgoing.off("close", onClose);
      readAnswer(incoming).then(resolve, reject);
    });
    outgoing.end(request.body);
  });
}

async function readAnswer(incoming: IncomingMessage): Promise<EstAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > MAX_ANSWER_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk as Buffer);
  }
  return {
    status: incoming.statusCode ?? 0,
    contentType: incoming.headers["content-type"] ?? "",
    body: Buffer.concat(chunks).toString("latin1"),
  };
}
