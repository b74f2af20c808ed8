import type { CsvLayout, Delimiter } from "../csv-columns.ts";
import { beginningOf } from "../input/beginning.ts";
import type { LineBlock } from "../input/line-blocks.ts";
import { LineCutter } from "../input/line-cutter.ts";
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
  const { text, whole } = await beginningOf(source);
  const cutter = new LineCutter(0, 1);
  cutter.add(text, 0);
  const block = cutter.cut(whole);
  const lines = block?.lines.filter((line) => line !== "" && !line.startsWith("#")) ?? [];
  const delimiter = options.delimiter ?? guessDelimiter(lines.slice(0, 50));
  const rows = block === undefined ? [] : rowsOf(block, delimiter).slice(0, options.rows ?? 20);
  return { delimiter, guess: guessMapping(rows), rows };
}

function rowsOf(block: LineBlock, delimiter: Delimiter): string[][] {
  const rows: string[][] = [];
  const sink = { row: (cells: string[]) => void rows.push(cells), broken: () => undefined };
  new CsvRows(delimiter, sink).take(block);
  return rows;
}
