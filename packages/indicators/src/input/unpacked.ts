import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteSource } from "../reading.ts";
import { inputError } from "./input-error.ts";
import { peek } from "./peek.ts";

const GZIP = Buffer.from([0x1f, 0x8b]);
const REFUSED = [
  ["zip", Buffer.from("PK\x03\x04", "latin1")],
  ["zip", Buffer.from("PK\x05\x06", "latin1")],
  ["xz", Buffer.from("\xfd7zXZ", "latin1")],
  ["bzip2", Buffer.from("BZh", "latin1")],
  ["7z", Buffer.from("7z\xbc\xaf", "latin1")],
  ["zstd", Buffer.from("\x28\xb5\x2f\xfd", "latin1")],
  ["PDF", Buffer.from("%PDF-", "latin1")],
] as const;

/** The input without its compression, which the first bytes tell; never more than `maxBytes`. */
export async function* unpacked(source: ByteSource, maxBytes: number): AsyncGenerator<Buffer> {
  const { head, all } = await peek(source, 6);
  const refused = REFUSED.find(([, magic]) => head.subarray(0, magic.length).equals(magic));
  if (refused !== undefined) {
    await all.return(undefined);
    throw inputError(
      "UnsupportedMediaType",
      `it is a ${refused[0]} file`,
      "Unpack it first, or use gzip",
    );
  }
  yield* bounded(head.subarray(0, 2).equals(GZIP) ? gunzip(all) : all, maxBytes);
}

async function* bounded(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    if (count > maxBytes) {
      const remedy = "Split it, or raise the limit";
      throw inputError("PayloadTooLarge", `it is longer than ${maxBytes} bytes unpacked`, remedy);
    }
    yield chunk;
  }
}

async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(packed);
  const gunzipper = createGunzip();
  source.once("error", (error) => gunzipper.destroy(error));
  source.pipe(gunzipper);
  try {
    for await (const chunk of gunzipper) yield chunk;
  } catch (error) {
    throw isZlibError(error)
      ? inputError("Unprocessable", `its gzip data are damaged (${error.message})`, "Pack it again")
      : error;
  } finally {
    source.destroy();
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
