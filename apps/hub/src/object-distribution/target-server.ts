import { once } from "node:events";
import { Agent, request as httpsRequest } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { AppError, messageOf, type TargetTls } from "@breakwater/protocol";

/** A server of the SMS web API and how to get in. */
export type TargetServer = {
  address: string;
  port: number;
  tls: TargetTls;
  userName: string;
  password: string;
};

const CONNECT_MS = 10_000;
const REQUEST_MS = 30_000;
/** Nobody reads an answer's body; a server that sends more than this is cut off. */
const MOST_BODY = 64 * 1024;

export type TargetClient = {
  /** Sends one POST and answers its status. Throws when there is no answer. Follows no redirect. */
  post: (path: string, signal: AbortSignal) => Promise<number>;
  close: () => void;
};

/** Keeps up to `connections` open until closed. Credentials leave only after the certificate held. */
export function openTargetClient(server: TargetServer, connections: number): TargetClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let isClosed = false;
  const connectOrFail = async (): Promise<{ socket: TLSSocket } | { error: Error }> => {
    try {
      const socket = await connectSecurely(server);
      if (!isClosed) return { socket };
      socket.destroy();
      return { error: new Error("The client was closed.") };
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  agent.createConnection = (_, done) => {
    void (async () => {
      const made = await connectOrFail();
      if ("socket" in made) done?.(null, made.socket);
      // A socket only by type: beside an error nobody looks at it.
      else done?.(made.error, undefined as never);
    })();
    return undefined;
  };
  return {
    post: (path, signal) => post(server, agent, path, signal),
    close: () => {
      isClosed = true;
      agent.destroy();
    },
  };
}

/** A connection whose certificate has been checked as the settings say. */
export async function connectSecurely(server: TargetServer): Promise<TLSSocket> {
  const { tls } = server;
  const socket = await connectTls(server, {
    rejectUnauthorized: tls.verify !== "fingerprint",
    ...(tls.verify === "ca" ? { ca: tls.ca } : {}),
  });
  if (tls.verify === "fingerprint" && fingerprintOf(socket) !== bareHex(tls.fingerprint)) {
    socket.destroy();
    throw new AppError("BadGateway", "The server's certificate is not the pinned one.");
  }
  return socket;
}

/** TLS to the literal address, with a time limit. The caller ends the socket. */
export async function connectTls(
  { address, port }: Pick<TargetServer, "address" | "port">,
  options: { rejectUnauthorized: boolean; ca?: string },
): Promise<TLSSocket> {
  const socket = connect({ host: address, port, minVersion: "TLSv1.2", ...options });
  // Errors after the handshake surface where the socket is used.
  socket.on("error", () => {});
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(CONNECT_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    if (!isAbort(error)) throw error;
    throw new AppError("BadGateway", "The server did not answer in time.", { cause: error });
  }
}

/** SHA-256 of the peer's certificate, lower-case hex. */
export function fingerprintOf(socket: TLSSocket): string {
  return bareHex(socket.getPeerCertificate().fingerprint256 ?? "");
}

function bareHex(text: string): string {
  return text.replaceAll(":", "").toLowerCase();
}

async function post(
  server: TargetServer,
  agent: Agent,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
  const { address, port, userName, password } = server;
  return new Promise<number>((resolve, reject) => {
    const request = httpsRequest({
      method: "POST",
      host: address,
      port,
      path,
      agent,
      signal: limit,
      headers: { "content-length": 0, accept: "*/*" },
      auth: `${userName}:${password}`,
    });
    const fail = (error: unknown) =>
      reject(
        new AppError(
          "BadGateway",
          limit.aborted ? "The server did not answer in time." : messageOf(error),
          {
            cause: error,
          },
        ),
      );
    request.on("error", fail);
    request.on("response", (response) => {
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MOST_BODY) response.destroy(new Error("The answer is too long."));
      });
      response.on("error", fail);
      // The status counts only once the answer is whole: a server killed in between may not have stored it.
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("close", () => fail(new Error("The connection ended within the answer.")));
    });
    request.end();
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
