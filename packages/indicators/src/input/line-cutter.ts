import { decodeLines, endOfLines, startOfLine } from "./decode-lines.ts";
import type { LineBlock } from "./line-blocks.ts";

/** Longest line, in bytes of UTF-8. */
export const MAX_LINE = 65_536;
/** One line of full length and its CR LF always fit. */
const BLOCK = MAX_LINE + 2;
/** Characters kept of a line that nobody can use. */
const SHOWN = 200;

/** Collects bytes up to one block, and cuts it after its last complete line. */
export class LineCutter {
  #bytes = Buffer.allocUnsafe(BLOCK);
  #filled = 0;
  #offset: number;
  #line: number;
  /** Beginning of a line that is longer than a block, until its end is found. */
  #tooLong: string | undefined;

  /** `offset` of the first byte that will be added, and the number of its line. */
  constructor(offset: number, line: number) {
    this.#offset = offset;
    this.#line = line;
  }

  get full(): boolean {
    return this.#filled === BLOCK;
  }

  /** Takes what fits of the chunk from `at` on: how many bytes. */
  add(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#bytes, this.#filled, at);
    this.#filled += copied;
    return copied;
  }

  /** The complete lines so far, or with `last` all that is there; undefined when there are none. */
  cut(last: boolean): LineBlock | undefined {
    const whole = this.#bytes.subarray(0, this.#filled);
    const length = last ? whole.length : endOfLines(whole);
    if (length === 0 && !last) return this.#dropLongLine(whole);
    const bytes = whole.subarray(0, length);
    const { lines, broken } = decodeLines(bytes);
    if (this.#tooLong !== undefined) {
      lines[0] = this.#tooLong;
      broken.set(0, `the line is longer than ${MAX_LINE} bytes`);
    }
    if (lines.length === 0) return undefined;
    const offset = this.#offset;
    const offsetOf = (index: number) => offset + startOfLine(bytes, index);
    const block = { lines, first: this.#line, end: offset + length, last, broken, offsetOf };
    this.#tooLong = undefined;
    this.#line += lines.length;
    this.#advance(whole, length);
    return block;
  }

  #dropLongLine(whole: Buffer): undefined {
    this.#tooLong ??= whole.toString("utf8", 0, SHOWN);
    // The last byte may be a CR whose LF is still to come.
    this.#advance(whole, whole.length - 1);
  }

  /** Blocks that were handed out keep their bytes. */
  #advance(whole: Buffer, length: number): void {
    this.#bytes = Buffer.allocUnsafe(BLOCK);
    this.#filled = whole.copy(this.#bytes, 0, length);
    this.#offset += length;
  }
}
