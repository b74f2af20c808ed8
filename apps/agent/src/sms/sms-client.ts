import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import {
  AGENT_CAPABILITY,
  AppError,
  BatchAnswer,
  type DeviceReport,
  ErrorBody,
  type EventBatch,
  SetChanges,
  type SetId,
  type SetPosition,
  type Sha256,
  StateAnswer,
} from "@breakwater/protocol";
import type { z } from "zod";
import { type H2Answer, H2Connection, type TlsIdentity } from "./h2-connection.ts";

/** The SMS says no to this device's certificate: asking again soon is of no use. */
export class IdentityRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "IdentityRefused";
    this.code = code;
  }
}

/** The SMS asks to wait. */
export class Busy extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`the SMS asks to wait ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export type SmsClient = {
  /** The push stream; ends or fails when it is over. */
  readonly openStream: (
    position: SetPosition | undefined,
    signal: AbortSignal,
  ) => Promise<Readable>;
  readonly postState: (report: DeviceReport) => Promise<z.infer<typeof StateAnswer>>;
  readonly postEvents: (batch: EventBatch) => Promise<z.infer<typeof BatchAnswer>>;
  readonly fetchBundle: (sha256: Sha256, maxBytes: number) => Promise<Buffer>;
  /** What has changed in a set since a version. */
  readonly fetchChanges: (set: SetId, since: number) => Promise<SetChanges>;
  /** Decompressed bytes of a snapshot. Stop reading to give it up. */
  readonly fetchSnapshot: (set: SetId, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** New requests use a new connection with the identity as it is now. */
  readonly renew: () => void;
  readonly close: () => void;
};

const ANSWER_TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 1 << 20;
/** More changes than fit come as a snapshot. */
const MAX_CHANGES_BYTES = 16 << 20;
/** A download that stands still this long is given up. */
const STALL_MS = 30_000;

/** The agent's side of `/agent/v1`: one connection for the stream and uploads, one for bulk. */
export function createSmsClient(url: string, identity: () => TlsIdentity): SmsClient {
  const base = new URL(url);
  const main = new H2Connection(base, identity);
  const bulk = new H2Connection(base, identity);
  const post = <T>(path: string, body: unknown, schema: z.ZodType<T>) =>
    postJson(main, path, body, schema);
  return {
    async openStream(position, signal) {
      const have = position === undefined ? "" : `&set=${position.set}&version=${position.version}`;
      const headers = { accept: "application/x-ndjson" };
      const path = `/agent/v1/stream?capability=${AGENT_CAPABILITY}${have}`;
      const answer = await main.request({
        method: "GET",
        path,
        headers,
        timeoutMs: ANSWER_TIMEOUT_MS,
        signal,
      });
      await assertOk(answer);
      signal.addEventListener("abort", () => answer.stream.destroy(), { once: true });
      return answer.stream;
    },
    postState: (report) => post("/agent/v1/state", report, StateAnswer),
    postEvents: (batch) => post("/agent/v1/events", batch, BatchAnswer),
    async fetchBundle(sha256, maxBytes) {
      const path = `/agent/v1/bundles/${sha256}`;
      const answer = await bulk.request({ method: "GET", path, timeoutMs: ANSWER_TIMEOUT_MS });
      await assertOk(answer);
      return readAll(decompressed(answer), maxBytes);
    },
    async fetchChanges(set, since) {
      // Not over the connection of the stream, which is what is being checked.
      const path = `/agent/v1/sets/${set}/changes?version=${since}`;
      const answer = await bulk.request({ method: "GET", path, timeoutMs: ANSWER_TIMEOUT_MS });
      return readJson(answer, path, SetChanges, MAX_CHANGES_BYTES);
    },
    async fetchSnapshot(set, signal) {
      const path = `/agent/v1/sets/${set}/snapshot`;
      const headers = { "accept-encoding": "br, gzip" };
      const answer = await bulk.request({
        method: "GET",
        path,
        headers,
        timeoutMs: 60_000,
        signal,
      });
      await assertOk(answer);
      return decompressed(answer);
    },
    renew() {
      main.renew();
      bulk.renew();
    },
    close() {
      main.close();
      bulk.close();
    },
  };
}

async function postJson<T>(
  connection: H2Connection,
  path: string,
  body: unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { "content-type": "application/json", "content-length": String(bytes.length) };
  const timeoutMs = ANSWER_TIMEOUT_MS;
  const answer = await connection.request({
    method: "POST",
    path,
    headers,
    body: bytes,
    timeoutMs,
  });
  return readJson(answer, path, schema, MAX_ANSWER_BYTES);
}

async function readJson<T>(
  answer: H2Answer,
  path: string,
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<T> {
  await assertOk(answer);
  const text = (await readAll(guarded(answer), maxBytes)).toString("utf8");
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new AppError("BadGateway", `The SMS answered ${path} with something unexpected.`, {
    cause: parsed.error,
  });
}

async function assertOk(answer: H2Answer): Promise<void> {
  if (answer.status >= 200 && answer.status < 300) return;
  const text = (await readAll(guarded(answer), MAX_ANSWER_BYTES)).toString("utf8");
  const parsed = ErrorBody.safeParse(jsonOf(text));
  const code = parsed.success ? parsed.data.error.code : `HTTP ${answer.status}`;
  const message = parsed.success ? parsed.data.error.message : text.slice(0, 200);
  if (answer.status === 401 || answer.status === 403) throw new IdentityRefused(code, message);
  if (answer.status === 429 || answer.status === 503) throw new Busy(retryAfter(answer));
  throw new AppError("BadGateway", `The SMS answered ${code}: ${message}`);
}

function retryAfter({ headers }: H2Answer): number {
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) * 1000 : 5000;
}

function decompressed(answer: H2Answer): AsyncIterable<Uint8Array> {
  const source = guarded(answer);
  switch (answer.headers["content-encoding"]) {
    case "br":
      return piped(source, createBrotliDecompress());
    case "gzip":
      return piped(source, createGunzip());
    default:
      return source;
  }
}

/** `pipe` does not carry errors over: a broken download must fail the reader. */
function piped(
  source: Readable,
  through: ReturnType<typeof createGunzip>,
): AsyncIterable<Uint8Array> {
  source.on("error", (error) => through.destroy(error));
  through.on("close", () => source.destroy());
  return source.pipe(through);
}

/** Fails when the body breaks off or stands still; a peer that was killed must not hold us. */
function guarded({ stream }: H2Answer): Readable {
  stream.setTimeout(STALL_MS, () => stream.destroy(new Error("the download stands still")));
  stream.once("close", () => {
    if (!stream.readableEnded) stream.destroy(new Error("the answer broke off"));
  });
  stream.once("aborted", () => stream.destroy(new Error("the answer broke off")));
  return stream;
}

async function readAll(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of source) {
    bytes += part.length;
    if (bytes > maxBytes)
      throw new AppError("BadGateway", `The SMS sent more than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
