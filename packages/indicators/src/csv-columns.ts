/** What a column of a CSV file holds; `tag:` is followed by the name of the tag category. */
export type ColumnRole =
  | "value"
  | "type"
  | "severity"
  | "scanAction"
  | "expires"
  | "description"
  | "ignore"
  | `tag:${string}`;

export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How a CSV file is laid out. Columns beyond the list are ignored; exactly one is the value. */
export type CsvLayout = {
  delimiter: Delimiter;
  /** Whether the first row names the columns. */
  header: boolean;
  columns: readonly ColumnRole[];
};
