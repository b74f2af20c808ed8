import { isUtf8 } from "node:buffer";
import type { ByteSource } from "../reading.ts";
import { inputError } from "./input-error.ts";
import { utf8Text } from "./utf8-text.ts";

/** Longest document, in bytes after unpacking. */
export const MAX_JSON = 64 * 1024 ** 2;
const MAX_DEPTH = 64;

/**
 * Reads a whole JSON document. Throws an {@link AppError} for one that is too long, too deep, no
 * JSON, or that has a key `__proto__`.
 */
export async function jsonDocument(source: ByteSource, maxBytes = MAX_JSON): Promise<unknown> {
  const { chunks } = await utf8Text(source, Math.min(maxBytes, MAX_JSON));
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) {
    throw inputError("Unprocessable", "it has bytes that are not UTF-8", "Save it as UTF-8");
  }
  if (isDeeperThan(bytes, MAX_DEPTH)) {
    const remedy = "Give the document itself, not something that wraps it";
    throw inputError("Unprocessable", `it is nested deeper than ${MAX_DEPTH} levels`, remedy);
  }
  return parse(bytes.toString("utf8"));
}

function parse(text: string): unknown {
  const document = parseJson(text);
  // Escaped or not, the key has an underscore; hardly any document needs the closer look.
  if (/__proto__|\\u005f/i.test(text) && hasPrototypeKey(document)) {
    throw inputError("Unprocessable", "it has a key __proto__", "Remove it");
  }
  return document;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 120) : "";
    throw inputError("Unprocessable", `it is not JSON (${why})`, "Check that it is complete");
  }
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => key === "__proto__" || hasPrototypeKey(inner),
  );
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counted before parsing, which would need stack for every level. */
function isDeeperThan(bytes: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) inString = !inString;
    else if (inString && byte === BACKSLASH) at++;
    else if (!inString && byte > 0x5a) {
      if (OPENING.has(byte)) depth++;
      else if (CLOSING.has(byte)) depth--;
      if (depth > limit) return true;
    }
  }
  return false;
}
