import type { ByteSource, LineReadOptions } from "../reading.ts";
import { LineCutter } from "./line-cutter.ts";
import { skip, utf8Text } from "./utf8-text.ts";

const DEFAULT_MAX_BYTES = 4 * 1024 ** 3;

export type LineBlock = {
  /** Without their ends. */
  lines: string[];
  /** Number of the first line, from 1. */
  first: number;
  /** Offset in the input after the last line. */
  end: number;
  /** Whether the input ends here. */
  last: boolean;
  /** Lines that are unusable, by index: why. Only the beginning of such a line is kept. */
  broken: ReadonlyMap<number, string>;
  /** Offset in the input of a line of this block. */
  offsetOf(index: number): number;
};

/**
 * The lines of a text in blocks of about 64 kB. Where the input's chunks begin and end makes no
 * difference. Lines end with LF, CR LF or CR.
 */
export async function* lineBlocks(
  source: ByteSource,
  options: LineReadOptions,
): AsyncGenerator<LineBlock> {
  const from = options.from ?? { offset: 0, line: 0 };
  const text = await utf8Text(source, options.maxBytes ?? DEFAULT_MAX_BYTES);
  const start = Math.max(from.offset, text.start);
  const cutter = new LineCutter(start, from.line + 1);
  for await (const chunk of skip(text.chunks, start - text.start)) {
    for (let at = 0; at < chunk.length; ) {
      at += cutter.add(chunk, at);
      const block = cutter.full ? cutter.cut(false) : undefined;
      if (block !== undefined) yield block;
    }
  }
  const block = cutter.cut(true);
  if (block !== undefined) yield block;
}
