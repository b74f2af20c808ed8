/*
 * The engine compares normalised requests: its HTTP parser (libhtp with the IDS
 * personality and the settings of `renderConfig`) decodes and cleans the path, and
 * decodes the query. These functions do the same to an entry, byte by byte.
 */

const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const REPLACEMENT = 0x3f;

/** Percent and %u decoding, backslash to slash, runs of slashes to one, dot segments removed. */
export function normalizePath(path: Uint8Array): Uint8Array {
  return removeDotSegments(compressSlashes(decode(path, true)).map(slashed));
}

/** Percent decoding only; invalid sequences and plus signs stay as they are. */
export function normalizeQuery(query: Uint8Array): Uint8Array {
  return decode(query, false);
}

function slashed(byte: number): number {
  return byte === BACKSLASH ? SLASH : byte;
}

function decode(input: Uint8Array, wide: boolean): Uint8Array {
  const output: number[] = [];
  for (let index = 0; index < input.length; ) {
    const unit = decodeUnit(input, index, wide);
    output.push(unit.byte);
    index += unit.length;
  }
  return Uint8Array.from(output);
}

/** One byte of output and how many of input it took. */
function decodeUnit(
  input: Uint8Array,
  index: number,
  wide: boolean,
): { byte: number; length: number } {
  const byte = input[index] ?? 0;
  const literal = { byte, length: 1 };
  if (byte !== PERCENT || index + 2 >= input.length) return literal;
  if (wide && ((input[index + 1] ?? 0) | 0x20) === 0x75) {
    const value = hexValue(input, index + 2, 4);
    return value === undefined ? literal : { byte: value > 0xff ? REPLACEMENT : value, length: 6 };
  }
  const value = hexValue(input, index + 1, 2);
  return value === undefined ? literal : { byte: value, length: 3 };
}

function hexValue(input: Uint8Array, start: number, digits: number): number | undefined {
  const text = Buffer.from(input.subarray(start, start + digits)).toString("latin1");
  return text.length === digits && /^[0-9a-fA-F]+$/.test(text)
    ? Number.parseInt(text, 16)
    : undefined;
}

function compressSlashes(path: Uint8Array): Uint8Array {
  return path.filter(
    (byte, index) =>
      slashed(byte) !== SLASH || index === 0 || slashed(path[index - 1] ?? 0) !== SLASH,
  );
}

/** RFC 3986 section 5.2.4, but a slash that follows a dot segment at the end is lost, as in libhtp. */
function removeDotSegments(path: Uint8Array): Uint8Array {
  const text = Buffer.from(path).toString("latin1");
  const rooted = path[0] === SLASH;
  const segments = (rooted ? text.slice(1) : text).split("/");
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && !(segment === "" && isDots(segments[index - 1])))
      kept.push(segment);
  }
  return Buffer.from(`${rooted ? "/" : ""}${kept.join("/")}`, "latin1");
}

function isDots(segment: string | undefined): boolean {
  return segment === "." || segment === "..";
}
