/** Longest row, in characters, however many lines it has. */
const MAX_ROW = 65_536;

type Failure =
  | { kind: "malformed"; next: number }
  /** A quote is open where the lines end. */
  | { kind: "open" }
  | { kind: "too-long" };

/** `next` is the index of the line after the row. */
export type QuotedRow = { kind: "row"; cells: string[]; next: number } | Failure;

type Cursor = {
  lines: readonly string[];
  end: number;
  delimiter: string;
  index: number;
  line: string;
  at: number;
  /** Characters of the row so far. */
  length: number;
};

/**
 * Reads the row that begins at line `from` and may go on over line ends inside quotes (RFC 4180).
 * Beyond the standard, spaces around quotes are skipped, and quotes inside a plain cell are text.
 */
export function readQuotedRow(
  lines: readonly string[],
  from: number,
  end: number,
  delimiter: string,
): QuotedRow {
  const line = lines[from] ?? "";
  const cursor = { lines, end, delimiter, index: from, line, at: 0, length: line.length };
  const cells: string[] = [];
  for (;;) {
    const cell = readCell(cursor);
    if (typeof cell !== "string") return cell;
    cells.push(cell);
    if (cursor.at >= cursor.line.length) return { kind: "row", cells, next: cursor.index + 1 };
    if (!cursor.line.startsWith(delimiter, cursor.at)) {
      return { kind: "malformed", next: cursor.index + 1 };
    }
    cursor.at += delimiter.length;
  }
}

function readCell(cursor: Cursor): string | Failure {
  const start = skipSpaces(cursor, cursor.at);
  if (cursor.line[start] !== '"') return readPlainCell(cursor);
  cursor.at = start + 1;
  const cell = readQuotedCell(cursor);
  cursor.at = skipSpaces(cursor, cursor.at);
  return cell;
}

function readPlainCell(cursor: Cursor): string {
  const { line, at, delimiter } = cursor;
  const stop = line.indexOf(delimiter, at);
  cursor.at = stop === -1 ? line.length : stop;
  return line.slice(at, cursor.at);
}

/** From after the opening quote to after the closing one. */
function readQuotedCell(cursor: Cursor): string | Failure {
  let cell = "";
  for (;;) {
    const quote = cursor.line.indexOf('"', cursor.at);
    if (quote === -1) {
      cell += `${cursor.line.slice(cursor.at)}\n`;
      const failure = goToNextLine(cursor);
      if (failure !== undefined) return failure;
      continue;
    }
    cell += cursor.line.slice(cursor.at, quote);
    cursor.at = quote + 1;
    if (cursor.line[cursor.at] !== '"') return cell;
    cell += '"';
    cursor.at++;
  }
}

function goToNextLine(cursor: Cursor): Failure | undefined {
  if (cursor.length > MAX_ROW) return { kind: "too-long" };
  if (cursor.index + 1 >= cursor.end) return { kind: "open" };
  cursor.index++;
  cursor.line = cursor.lines[cursor.index] ?? "";
  cursor.length += cursor.line.length + 1;
  cursor.at = 0;
  return undefined;
}

function skipSpaces({ line, delimiter }: Cursor, from: number): number {
  let at = from;
  while (line[at] === " " || (line[at] === "\t" && delimiter !== "\t")) at++;
  return at;
}
