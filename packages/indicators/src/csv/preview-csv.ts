import type { CsvLayout, Delimiter } from "../csv-columns.ts";
import { type LineBlock, lineBlocks } from "../input/line-blocks.ts";
import type { ByteSource } from "../reading.ts";
import { CsvRows } from "./csv-rows.ts";
import { guessDelimiter, guessMapping } from "./guess-layout.ts";

export type CsvPreview = {
  delimiter: Delimiter;
  /** Undefined where no column looks like a value. */
  guess: Pick<CsvLayout, "header" | "columns"> | undefined;
  /** The header, where there is one, and the rows after it. */
  rows: string[][];
};

/** The first rows of a CSV file and how it seems to be laid out. Reads no more than it needs. */
export async function previewCsv(
  source: ByteSource,
  options: { rows?: number; delimiter?: Delimiter } = {},
): Promise<CsvPreview> {
  for await (const block of lineBlocks(source, { now: 0 })) {
    const sample = block.lines.filter((line) => line !== "" && !line.startsWith("#"));
    const delimiter = options.delimiter ?? guessDelimiter(sample.slice(0, 50));
    const rows = rowsOf(block, delimiter).slice(0, options.rows ?? 20);
    return { delimiter, guess: guessMapping(rows), rows };
  }
  return { delimiter: options.delimiter ?? ",", guess: undefined, rows: [] };
}

function rowsOf(block: LineBlock, delimiter: Delimiter): string[][] {
  const rows: string[][] = [];
  const sink = { row: (cells: string[]) => void rows.push(cells), broken: () => undefined };
  new CsvRows(delimiter, sink).take(block);
  return rows;
}
