import { isAscii, isUtf8 } from "node:buffer";

const LF = 10;
const CR = 13;

/** Where the last complete line ends: after LF or CR LF, or after a CR that no LF can follow. */
export function endOfLines(bytes: Buffer): number {
  const lf = bytes.lastIndexOf(LF);
  const cr = bytes.length < 2 ? -1 : bytes.lastIndexOf(CR, bytes.length - 2);
  return Math.max(lf, cr) + 1;
}

/** Lines without their ends, and which of them (by index) are no UTF-8, and why. */
export function decodeLines(bytes: Buffer): { lines: string[]; broken: Map<number, string> } {
  const broken = new Map<number, string>();
  if (isAscii(bytes)) return { lines: splitLines(bytes.toString("latin1")), broken };
  if (isUtf8(bytes)) return { lines: splitLines(bytes.toString("utf8")), broken };
  const lines = splitLines(bytes.toString("latin1")).map((line, index) => {
    const raw = Buffer.from(line, "latin1");
    if (!isUtf8(raw)) broken.set(index, "the line has bytes that are not UTF-8");
    return raw.toString("utf8");
  });
  return { lines, broken };
}

function splitLines(text: string): string[] {
  const plain = text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
  const lines = plain.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Offset of a line's first byte. */
export function startOfLine(bytes: Buffer, index: number): number {
  let at = 0;
  for (let left = index; left > 0 && at < bytes.length; left--) {
    const lf = bytes.indexOf(LF, at);
    const cr = bytes.subarray(at, lf === -1 ? bytes.length : lf).indexOf(CR);
    if (cr === -1) at = lf === -1 ? bytes.length : lf + 1;
    else at += cr + (bytes[at + cr + 1] === LF ? 2 : 1);
  }
  return at;
}
