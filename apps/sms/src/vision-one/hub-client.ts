import { type ClientHttp2Session, connect } from "node:http2";
import { type IdentityStore, isPkiErrorCode, PKI_ERRORS, type PkiErrorCode } from "@breakwater/pki";
import { AppError, ErrorBody, messageOf } from "@breakwater/protocol";
import type { z } from "zod";

const ANSWER_MS = 30_000;
/** A page of objects is the largest answer. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The hub does not accept our certificate (any more): only a new enrolment helps. */
export class HubRefusal extends AppError {
  constructor(code: PkiErrorCode) {
    const { message, remedy } = PKI_ERRORS[code];
    super("CertificateRefused", `The hub refuses this SMS: ${message} ${remedy}`);
    this.name = "HubRefusal";
  }
}

/** The hub answered with a failure; `status` tells which. */
export class HubError extends AppError {
  readonly status: number;

  constructor(status: number, path: string, message: string) {
    super("BadGateway", `The hub answered ${status} to ${path}: ${message}`);
    this.name = "HubError";
    this.status = status;
  }
}

export type HubAnswer<T> = { value: T; serverTime: number | undefined };

/** HTTP/2 with our client certificate; one connection for requests, one for each stream. */
export class HubClient {
  readonly #identity: IdentityStore;
  readonly #url: string;
  #session: ClientHttp2Session | undefined;

  constructor(identity: IdentityStore, url: string) {
    this.#identity = identity;
    this.#url = url;
  }

  /** Sends a request and checks the answer. Throws HubRefusal, HubError or "cannot be reached". */
  async request<T>(
    method: "GET" | "POST",
    path: string,
    schema: z.ZodType<T>,
    options: { body?: unknown; signal?: AbortSignal } = {},
  ): Promise<HubAnswer<T>> {
    const { status, text, date } = await this.#exchange(method, path, options);
    const shown = path.split("?", 1)[0] ?? path;
    if (status >= 300) throw failureOf(status, shown, text);
    const parsed = schema.safeParse(text === "" ? undefined : parseJson(text));
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join(".") ?? "";
      throw new HubError(status, shown, `the answer is not as agreed (${where})`);
    }
    return { value: parsed.data, serverTime: date };
  }

  /**
   * Opens an endless answer and hands over its lines. Resolves when the stream ends; throws when it
   * cannot be opened, breaks, or stays silent for `silenceMs`.
   */
  async lines(
    path: string,
    options: { signal: AbortSignal; silenceMs: number; onLine: (line: unknown) => void },
  ): Promise<void> {
    const session = this.#connect();
    try {
      await readLines(session, path, options);
    } finally {
      session.destroy();
    }
  }

  /** The next request opens a new connection, for example with a renewed certificate. */
  reconnect(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.close();
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #connect(): ClientHttp2Session {
    const session = connect(this.#url, {
      ...this.#identity.tlsOptions(),
      settings: { initialWindowSize: 8 * 1024 * 1024 },
    });
    session.on("error", () => undefined);
    session.once("connect", () => session.setLocalWindowSize(16 * 1024 * 1024));
    return session;
  }

  #shared(): ClientHttp2Session {
    const known = this.#session;
    if (known !== undefined && !known.destroyed && !known.closed) return known;
    const session = this.#connect();
    this.#session = session;
    return session;
  }

  #exchange(
    method: string,
    path: string,
    { body, signal }: { body?: unknown; signal?: AbortSignal },
  ): Promise<{ status: number; text: string; date: number | undefined }> {
    const session = this.#shared();
    return new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(ANSWER_MS);
      const stream = session.request(
        {
          ":method": method,
          ":path": path,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        { signal: signal === undefined ? limit : AbortSignal.any([limit, signal]) },
      );
      let status = 0;
      let date: number | undefined;
      let size = 0;
      let failure: unknown;
      const parts: Buffer[] = [];
      const fail = (error: unknown) => {
        failure ??= error;
      };
      session.once("error", fail);
      stream.on("error", fail);
      stream.on("response", (headers) => {
        status = Number(headers[":status"]);
        const at = Date.parse(String(headers.date ?? ""));
        date = Number.isNaN(at) ? undefined : at;
      });
      stream.on("data", (part: Buffer) => {
        size += part.length;
        if (size <= MOST_BYTES) return void parts.push(part);
        fail(new Error("the answer is too large"));
        stream.close();
      });
      // Only "close" always comes, whatever happens to the peer.
      stream.on("close", () => {
        session.off("error", fail);
        if (failure !== undefined || status === 0) return reject(unreachable(this.#url, failure));
        resolve({ status, text: Buffer.concat(parts).toString(), date });
      });
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

type LineOptions = { signal: AbortSignal; silenceMs: number; onLine: (line: unknown) => void };

function readLines(
  session: ClientHttp2Session,
  path: string,
  { signal, silenceMs, onLine }: LineOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": path }, { signal });
    let rest = "";
    let refusal = "";
    let status = 0;
    let failure: unknown;
    const fail = (error: unknown) => {
      failure ??= error;
      stream.destroy();
    };
    session.once("error", fail);
    const silence = setTimeout(() => fail(new Error("the stream fell silent")), silenceMs);
    stream.on("error", (error) => {
      failure ??= error;
    });
    stream.on("response", (headers) => {
      status = Number(headers[":status"]);
    });
    stream.setEncoding("utf8");
    stream.on("data", (part: string) => {
      silence.refresh();
      if (status !== 200) {
        refusal = (refusal + part).slice(0, 10_000);
        return;
      }
      const lines = (rest + part).split("\n");
      rest = lines.pop() ?? "";
      try {
        for (const line of lines) onLine(JSON.parse(line));
      } catch (error) {
        fail(error);
      }
    });
    stream.on("close", () => {
      clearTimeout(silence);
      const shown = path.split("?", 1)[0] ?? path;
      if (signal.aborted) return resolve();
      if (failure !== undefined) return reject(unreachable(shown, failure));
      if (status >= 300) return reject(failureOf(status, shown, refusal));
      if (status === 0) return reject(unreachable(shown, undefined));
      resolve();
    });
    stream.end();
  });
}

function failureOf(status: number, path: string, text: string): AppError {
  const parsed = ErrorBody.safeParse(parseJson(text));
  const error = parsed.success ? parsed.data.error : undefined;
  const refused = status === 401 || status === 403;
  // A certificate that is not valid yet becomes so, or a clock is put right.
  const passing = error?.code === "CertificateNotYetValid";
  if (refused && !passing && error !== undefined && isPkiErrorCode(error.code)) {
    return new HubRefusal(error.code);
  }
  return new HubError(status, path, error?.message ?? "no reason given");
}

function unreachable(url: string, cause: unknown): AppError {
  const why = cause === undefined ? "the connection was cut" : messageOf(cause);
  return new AppError("BadGateway", `The hub cannot be reached (${url}): ${why}`, { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
