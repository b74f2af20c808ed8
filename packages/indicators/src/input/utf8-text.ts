import type { ByteSource } from "../reading.ts";
import { inputError } from "./input-error.ts";
import { peek } from "./peek.ts";
import { unpacked } from "./unpacked.ts";

/** Stands in the text for what was no character in UTF-16, and is none in UTF-8 either. */
const INVALID = Buffer.from([0xff]);
const REPLACEMENT = "\ufffd";

/** A text as UTF-8. `start` is the length of the byte order mark that was taken off. */
export type Utf8Text = { start: number; chunks: AsyncIterable<Buffer> };

type Encoding = { name: "utf-8" | "utf-16le" | "utf-16be"; mark: number };

/**
 * Unpacks the input and makes it UTF-8: UTF-8 with or without mark stays, UTF-16 is recognised by
 * its mark or by its zero bytes. Bytes that are no characters stay invalid, for the reader to reject.
 */
export async function utf8Text(source: ByteSource, maxBytes: number): Promise<Utf8Text> {
  const { head, all } = await peek(unpacked(source, maxBytes), 4);
  const { name, mark } = encodingOf(head);
  if (name === "utf-8") return { start: mark, chunks: skip(all, mark) };
  return { start: 0, chunks: fromUtf16(skip(all, mark), name) };
}

function encodingOf(head: Buffer): Encoding {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) {
    throw inputError("UnsupportedMediaType", "it is UTF-32 text", "Save it as UTF-8");
  }
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: "utf-8", mark: 3 };
  if (a === 0xff && b === 0xfe) return { name: "utf-16le", mark: 2 };
  if (a === 0xfe && b === 0xff) return { name: "utf-16be", mark: 2 };
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return { name: "utf-16le", mark: 0 };
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return { name: "utf-16be", mark: 0 };
  return { name: "utf-8", mark: 0 };
}

/** The chunks without their first `count` bytes. */
export async function* skip(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function* fromUtf16(
  chunks: AsyncIterable<Buffer>,
  encoding: "utf-16le" | "utf-16be",
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of chunks) yield utf8Of(decoder.decode(chunk, { stream: true }));
  const rest = utf8Of(decoder.decode());
  if (rest.length > 0) yield rest;
}

function utf8Of(text: string): Buffer {
  if (!text.includes(REPLACEMENT)) return Buffer.from(text, "utf8");
  const parts = text.split(REPLACEMENT).flatMap((part) => [INVALID, Buffer.from(part, "utf8")]);
  return Buffer.concat(parts.slice(1));
}
