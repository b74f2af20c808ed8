import type { IncomingMessage } from "node:http";
import { pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { explainFailure } from "./explain-failure.ts";
import { OutboundError } from "./outbound-error.ts";
import type { Patience } from "./patience.ts";

export type BodyLimits = { host: string; maxBytes: number; patience: Patience };

/**
 * The decoded body. Bounded packed and unpacked; each wait for more is bounded too. Giving up the
 * iteration closes the connection.
 */
export async function* responseBody(
  response: IncomingMessage,
  limits: BodyLimits,
): AsyncGenerator<Buffer> {
  const { host, maxBytes, patience } = limits;
  const packed = bounded(response, host, maxBytes);
  try {
    const chunks = await decoded(packed, response.headers["content-encoding"], host);
    const iterator = bounded(chunks, host, maxBytes);
    const stop = () => void response.destroy();
    for (;;) {
      const next = await patience.during(iterator.next(), stop);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw isBrokenOff(error) ? brokenOff(host) : explainFailure(error, host);
  } finally {
    response.destroy();
  }
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

function brokenOff(host: string): OutboundError {
  return new OutboundError("BadAnswer", `${host}: the answer broke off`, "Try again later");
}

async function* bounded(
  chunks: AsyncIterable<Buffer>,
  host: string,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    if (count > maxBytes) throw tooLarge(host, maxBytes);
    yield chunk;
  }
}

export function tooLarge(host: string, maxBytes: number): OutboundError {
  const message = `${host}: the answer is longer than ${maxBytes} bytes`;
  return new OutboundError("TooLarge", message, "Raise the limit if that is right");
}

async function decoded(
  packed: AsyncGenerator<Buffer>,
  encoding: string | undefined,
  host: string,
): Promise<AsyncIterable<Buffer>> {
  const name = encoding?.trim().toLowerCase() ?? "";
  switch (name) {
    case "":
    case "identity":
      return packed;
    case "gzip":
    case "x-gzip":
      return through(packed, createGunzip());
    case "br":
      return through(packed, createBrotliDecompress());
    case "deflate":
      return inflated(packed);
    default: {
      const message = `${host}: the answer is packed in a way that was not asked for`;
      throw new OutboundError("BadAnswer", message, "Have the server use gzip");
    }
  }
}

function through(packed: AsyncIterable<Buffer>, decoder: Transform): AsyncIterable<Buffer> {
  // Errors come out of the iteration.
  pipeline(packed, decoder, () => undefined);
  return decoder;
}

/** The first byte tells whether the data have the zlib header that the standard asks for. */
async function* inflated(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await packed.next();
  if (first.done === true) return;
  const all = (async function* () {
    yield first.value;
    yield* packed;
  })();
  const wrapped = ((first.value[0] ?? 0) & 0x0f) === 8;
  yield* through(all, wrapped ? createInflate() : createInflateRaw());
}
