import type { IncomingMessage } from "node:http";
import { AppError } from "@breakwater/protocol";
import { cutOff, SLOWEST_BYTES_PER_MS } from "./connection-limits.ts";

export type ByteBodyBounds = {
  /** Bytes. */
  limit: number;
  /** Longest wait for the next bytes; all waits together get more for what has come. */
  bodyMs: number;
};

/** Throws PayloadTooLarge when the announced length is beyond `limit` bytes. */
export function refuseTooLong({ headers }: IncomingMessage, limit: number): void {
  if (Number(headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
}

/**
 * The bytes of a body as they come. Only time spent waiting for the client counts against it: whoever
 * reads this may take as long as it needs. Throws PayloadTooLarge, or InvalidRequest when the body
 * broke off, so that half a file never passes for a whole one.
 */
export async function* readBytes(
  request: IncomingMessage,
  { limit, bodyMs }: ByteBodyBounds,
): AsyncGenerator<Buffer, undefined> {
  // Destroying the request would take the answer's connection with it.
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  let received = 0;
  let waitedMs = 0;
  try {
    for (;;) {
      const begun = performance.now();
      const pace = bodyMs + received / SLOWEST_BYTES_PER_MS - waitedMs;
      const chunk = await nextWithin(request, chunks, Math.min(bodyMs, pace));
      waitedMs += performance.now() - begun;
      if (chunk === undefined) return undefined;
      received += chunk.length;
      if (received > limit) throw tooLarge(limit);
      yield chunk;
    }
  } finally {
    await chunks.return?.();
  }
}

/** What is left of a body after its answer is thrown away, and not for ever. */
export function dropRest(request: IncomingMessage, bodyMs: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => cutOff(request), bodyMs);
  request.once("close", () => clearTimeout(timer)).resume();
}

async function nextWithin(
  request: IncomingMessage,
  chunks: AsyncIterator<Buffer>,
  ms: number,
): Promise<Buffer | undefined> {
  const timer = setTimeout(() => cutOff(request), Math.max(0, ms));
  try {
    const next = await chunks.next();
    // Over HTTP/2 a body that breaks off looks as if it had ended.
    if (next.done && request.aborted) throw brokenOff();
    return next.done ? undefined : next.value;
  } catch (cause) {
    throw cause instanceof AppError ? cause : brokenOff(cause);
  } finally {
    clearTimeout(timer);
  }
}

function brokenOff(cause?: unknown): AppError {
  return new AppError("InvalidRequest", "The body broke off. Send it again.", { cause });
}

function tooLarge(limit: number): AppError {
  return new AppError(
    "PayloadTooLarge",
    `The file has more than the ${limit} bytes that this address accepts. Send it in parts.`,
  );
}
