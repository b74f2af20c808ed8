const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /["\n\r]|^[\s#]|\s$/;

/**
 * One row of CSV (RFC 4180) without its line end. A cell that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
export function encodeCsvRow(cells: readonly string[], delimiter = ","): string {
  // An empty line would be no row at all.
  if (cells.length === 1 && cells[0] === "") return '""';
  return cells.map((cell) => encodeCell(cell, delimiter)).join(delimiter);
}

function encodeCell(cell: string, delimiter: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  const quoted = NEEDS_QUOTES.test(text) || text.includes(delimiter);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}
