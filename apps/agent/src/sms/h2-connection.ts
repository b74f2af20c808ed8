import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";
import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { AppError, messageOf } from "@breakwater/protocol";

export type TlsIdentity = { key: string; cert: string; ca: string; minVersion: "TLSv1.3" };

export type H2Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: ClientHttp2Stream;
};

export type H2Request = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Until the answer's headers are here. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

const STREAM_WINDOW = 8 << 20;
const SESSION_WINDOW = 32 << 20;
/** An idle connection is closed before some box on the way forgets it without telling. */
const IDLE_MS = 60_000;

/**
 * One HTTP/2 connection to the SMS, opened when it is needed and again after it broke. The
 * identity is read anew for each, so that a renewed certificate is used from the next one on.
 */
export class H2Connection {
  readonly #url: URL;
  readonly #identity: () => TlsIdentity;
  #session: ClientHttp2Session | undefined;

  constructor(url: URL, identity: () => TlsIdentity) {
    this.#url = url;
    this.#identity = identity;
  }

  /** Settles in every case: answered, failed, closed, timed out or aborted. */
  request({ method, path, headers = {}, body, timeoutMs, signal }: H2Request): Promise<H2Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.#open().request(
        { ...headers, ":method": method, ":path": path },
        { endStream: body === undefined },
      );
      const fail = (reason: string, cause?: unknown) => {
        settle();
        stream.close(constants.NGHTTP2_CANCEL);
        reject(new AppError("Unavailable", `The SMS did not answer: ${reason}`, { cause }));
      };
      const timer = setTimeout(() => fail(`nothing came within ${timeoutMs} ms`), timeoutMs);
      const onAbort = () => fail("the request was given up");
      const onClose = () => fail("the connection was closed");
      const onError = (error: Error) => fail(messageOf(error), error);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        stream.off("close", onClose);
      };
      stream.on("error", onError);
      stream.on("close", onClose);
      stream.once("response", (answer) => {
        settle();
        resolve({ status: Number(answer[":status"]), headers: answer, stream });
      });
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener("abort", onAbort, { once: true });
      if (body !== undefined) stream.end(body);
    });
  }

  /** What is under way goes on; the next request opens another connection. */
  renew(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.close();
  }

  /** Breaks everything that is under way. */
  close(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.destroy();
  }

  #open(): ClientHttp2Session {
    const open = this.#session;
    if (open !== undefined && !open.closed && !open.destroyed) return open;
    const session = this.#connect();
    this.#session = session;
    const retire = () => {
      if (this.#session === session) this.#session = undefined;
    };
    const forget = () => {
      retire();
      session.destroy();
    };
    // Without a listener an error would end the process.
    session.on("error", forget);
    // Without an error code the peer only asks for no more requests; what is open may end in peace.
    session.on("goaway", (code) => (code === constants.NGHTTP2_NO_ERROR ? retire() : forget()));
    session.on("close", forget);
    session.setTimeout(IDLE_MS, forget);
    return session;
  }

  #connect(): ClientHttp2Session {
    const host = this.#url.hostname.replace(/^\[|\]$/g, "");
    const { key, cert, ca } = this.#identity();
    const session = connect(this.#url.origin, {
      settings: { initialWindowSize: STREAM_WINDOW, enablePush: false },
      createConnection: () =>
        connectTls({
          host,
          port: Number(this.#url.port || 443),
          // An address must not be sent as a server name (RFC 6066).
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ALPNProtocols: ["h2"],
          minVersion: "TLSv1.3",
          key,
          cert,
          ca,
        }),
    });
    session.once("connect", () => session.setLocalWindowSize(SESSION_WINDOW));
    return session;
  }
}
