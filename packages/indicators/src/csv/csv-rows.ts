import type { LineBlock } from "../input/line-blocks.ts";
import { readQuotedRow } from "./quoted-row.ts";

export type RowSink = {
  row(cells: string[], line: number): void;
  broken(text: string, line: number, reason: string, remedy: string): void;
};

/** Lines of a row whose quotes are still open at the end of a block. */
type Pending = { lines: string[]; first: number; offset: number };

const UNTOUCHED: ReadonlyMap<number, string> = new Map();

/**
 * Puts lines together to rows, over the ends of blocks too. A quote that is never closed costs its
 * own line only: reading goes on with the next one.
 */
export class CsvRows {
  #pending: Pending | undefined;
  readonly #delimiter: string;
  readonly #sink: RowSink;

  constructor(delimiter: string, sink: RowSink) {
    this.#delimiter = delimiter;
    this.#sink = sink;
  }

  /** Where reading can resume: after the last complete row. */
  take(block: LineBlock): { offset: number; line: number } {
    const before = this.#pending ?? { lines: [], first: block.first, offset: 0 };
    this.#pending = undefined;
    const shift = before.lines.length;
    const lines = shift === 0 ? block.lines : [...before.lines, ...block.lines];
    const broken = block.broken.size === 0 ? UNTOUCHED : shifted(block.broken, shift);
    const end = this.#rowsOf(lines, before.first, broken, block.last);
    if (end === lines.length) return { offset: block.end, line: before.first + end - 1 };
    const offset = end < shift ? before.offset : block.offsetOf(end - shift);
    this.#pending = { lines: lines.slice(end), first: before.first + end, offset };
    return { offset, line: before.first + end - 1 };
  }

  /** Index of the first line that belongs to no complete row. */
  #rowsOf(
    lines: readonly string[],
    first: number,
    broken: ReadonlyMap<number, string>,
    last: boolean,
  ): number {
    let index = 0;
    while (index < lines.length) {
      const line = lines[index] ?? "";
      const reason = broken.size === 0 ? undefined : broken.get(index);
      if (reason !== undefined) {
        this.#sink.broken(line, first + index, reason, "Save the file as UTF-8, one row a line");
        index++;
      } else if (!line.includes('"')) {
        if (line !== "" && !line.startsWith("#")) {
          this.#sink.row(line.split(this.#delimiter), first + index);
        }
        index++;
      } else if (line.startsWith("#")) {
        index++;
      } else {
        const next = this.#quotedRow(lines, index, first, broken, last);
        if (next === undefined) return index;
        index = next;
      }
    }
    return index;
  }

  #quotedRow(
    lines: readonly string[],
    index: number,
    first: number,
    broken: ReadonlyMap<number, string>,
    last: boolean,
  ): number | undefined {
    const end = endBefore(broken, index, lines.length);
    const row = readQuotedRow(lines, index, end, this.#delimiter);
    switch (row.kind) {
      case "row":
        this.#sink.row(row.cells, first + index);
        return row.next;
      case "malformed": {
        const reason = "text follows a closing quote";
        const remedy = "Double the quotes inside a quoted cell";
        this.#sink.broken(lines[index] ?? "", first + index, reason, remedy);
        return row.next;
      }
      case "open":
      case "too-long": {
        if (row.kind === "open" && end === lines.length && !last) return undefined;
        const reason = "a quote that opens here is not closed";
        const remedy = "Close it, or double it inside a quoted cell";
        this.#sink.broken(lines[index] ?? "", first + index, reason, remedy);
        return index + 1;
      }
    }
  }
}

/** A broken line ends every row before it. */
function endBefore(broken: ReadonlyMap<number, string>, index: number, length: number): number {
  let end = length;
  for (const at of broken.keys()) if (at > index && at < end) end = at;
  return end;
}

function shifted(broken: ReadonlyMap<number, string>, by: number): ReadonlyMap<number, string> {
  return by === 0 ? broken : new Map([...broken].map(([index, why]) => [index + by, why]));
}
