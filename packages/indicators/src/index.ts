export { encodeCsvRow } from "./csv/encode-csv-row.ts";
export { guessDelimiter, guessMapping } from "./csv/guess-layout.ts";
export { type CsvPreview, previewCsv } from "./csv/preview-csv.ts";
export { readCsv } from "./csv/read-csv.ts";
export { type ColumnRole, type CsvLayout, DELIMITERS, type Delimiter } from "./csv-columns.ts";
export { detectFormat, type InputFormat } from "./detect-format.ts";
export { type ListReadOptions, readList } from "./list/read-list.ts";
export { type MispReadOptions, readMisp } from "./misp/read-misp.ts";
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
export { readStix } from "./stix/read-stix.ts";
export { stixReadings } from "./stix/stix-readings.ts";
export { parseExpiry } from "./values/expiry.ts";
export { READER_TAG, READER_TAG_CATEGORIES } from "./values/reader-tags.ts";
export { parseSeverity, severityOfScore } from "./values/severity.ts";
export type { WantedType } from "./values/wanted-type.ts";
