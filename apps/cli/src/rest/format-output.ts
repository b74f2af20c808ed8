/** Output of an answer for people: a table for lists, one line per property otherwise. */
export function formatAnswer(answer: unknown, width = Number.POSITIVE_INFINITY): string {
  if (answer === undefined || answer === null) return "Done.";
  if (!isRecord(answer)) return cell(answer);
  const list = listIn(answer);
  if (list !== undefined) return formatTable(list, width);
  return formatRecord(answer);
}

type Row = Record<string, unknown>;

function isRecord(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LISTS = ["items", "outcomes", "steps", "changes"];

function listIn(answer: Row): Row[] | undefined {
  const name = LISTS.find((candidate) => Array.isArray(answer[candidate]));
  const list = name === undefined ? undefined : answer[name];
  return Array.isArray(list) && list.every(isRecord) ? list : undefined;
}

/**
 * Columns in the order in which they first appear, without those that hold only nested data: `get` or
 * JSON shows these. Lines are cut at the right edge of the screen.
 */
export function formatTable(rows: readonly Row[], width = Number.POSITIVE_INFINITY): string {
  if (rows.length === 0) return "None.";
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.filter((name) => rows.some((row) => fitsCell(row[name])));
  const cells = rows.map((row) => columns.map((column) => cell(row[column])));
  const widths = columns.map((column, index) =>
    Math.min(
      MAX_COLUMN,
      Math.max(column.length, ...cells.map((line) => (line[index] ?? "").length)),
    ),
  );
  const line = (values: readonly string[]) =>
    values
      .map((value, index) => cut(value, widths[index] ?? 0).padEnd(widths[index] ?? 0))
      .join("  ")
      .slice(0, width)
      .trimEnd();
  return [line(columns.map((column) => column.toUpperCase())), ...cells.map(line)].join("\n");
}

const MAX_COLUMN = 48;

function fitsCell(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0 && value.every((v) => typeof v === "string");
  return !isRecord(value) || typeof value["name"] === "string";
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function formatRecord(record: Row): string {
  const longest = Math.max(...Object.keys(record).map((name) => name.length));
  return Object.entries(record)
    .map(([name, value]) => `${name.padEnd(longest)}  ${cell(value)}`)
    .join("\n");
}

/** One value on one line. Control characters could rewrite the terminal, so they are shown as escapes. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "string") return value.replace(CONTROL, escapeControl);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isRecord(value) && typeof value["name"] === "string") return cell(value["name"]);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.map(cell).join(", ");
  }
  return JSON.stringify(value).replace(CONTROL, escapeControl);
}

const CONTROL = /\p{Cc}/gu;

function escapeControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
