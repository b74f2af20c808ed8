import type { CsvLayout } from "../csv-columns.ts";
import { lineBlocks } from "../input/line-blocks.ts";
import type { ByteSource, LineReadOptions, Reading, ReadingBatch } from "../reading.ts";
import { rejection } from "../values/rejection.ts";
import { CsvRows } from "./csv-rows.ts";
import { rowReader } from "./row-readings.ts";

/**
 * Reads CSV (RFC 4180). Empty lines and lines that begin with `#` are skipped. One batch for about
 * 64 kB, so memory does not grow with the file.
 */
export async function* readCsv(
  source: ByteSource,
  layout: CsvLayout,
  options: LineReadOptions,
): AsyncGenerator<ReadingBatch> {
  const read = rowReader(layout, options.now);
  let readings: Reading[] = [];
  let headerIsNext = layout.header && (options.from?.line ?? 0) === 0;
  const rows = new CsvRows(layout.delimiter, {
    row: (cells, line) => {
      if (headerIsNext) headerIsNext = false;
      else read(cells, line, readings);
    },
    broken: (text, line, reason, remedy) => {
      readings.push(rejection(line, text, { reason, remedy }));
    },
  });
  for await (const block of lineBlocks(source, options)) {
    const { offset, line } = rows.take(block);
    yield { readings, ignored: [], offset, line };
    readings = [];
  }
}
