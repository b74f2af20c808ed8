export { type ColumnRole, type CsvLayout, DELIMITERS, type Delimiter } from "./csv-columns.ts";
export type {
  ByteSource,
  Ignored,
  Indicator,
  LineReadOptions,
  Position,
  Reading,
  ReadingBatch,
  ReadOptions,
} from "./reading.ts";
