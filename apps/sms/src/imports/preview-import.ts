import {
  type ByteSource,
  detectFormat,
  type Indicator,
  previewCsv,
  type Reading,
} from "@breakwater/indicators";
import type { ImportOptions, ImportPreview } from "@breakwater/protocol";
import { type ReadPlan, readFormat, useOf } from "./read-format.ts";

const ROWS = 50;
const SAMPLES = 5;
const NO_MAPPING: ImportOptions["mapping"] = { delimiter: ",", header: false, columns: [] };

/** An input that can be read from its beginning more than once. */
export type Again = () => ByteSource;

/** How a file is read when nobody says how, and the first of what it holds. */
export async function previewImport(open: Again, now: number): Promise<ImportPreview> {
  const format = await detectFormat(open());
  if (format !== "csv") {
    return previewAs(open, { format, mapping: NO_MAPPING, defaults: { type: null } }, now);
  }
  const { delimiter, guess } = await previewCsv(open());
  // Nothing looks like a value: line by line it says why.
  if (guess === undefined) {
    return previewAs(open, { format: "list", mapping: NO_MAPPING, defaults: { type: null } }, now);
  }
  const columns = guess.columns.map(useOf);
  const mapping = { delimiter, header: guess.header, columns };
  return previewAs(open, { format, mapping, defaults: { type: null } }, now);
}

/** The first of what a file holds, read in a certain way. Throws AppError when it cannot be. */
export async function previewAs(open: Again, plan: ReadPlan, now: number): Promise<ImportPreview> {
  const { format, mapping } = plan;
  const { columns, cells } =
    format === "csv" ? await shownColumns(open, mapping) : { columns: [], cells: NO_CELLS };
  const rows = (await firstReadings(open(), plan, now)).map((reading) => rowOf(reading, cells));
  return { format, delimiter: mapping.delimiter, header: mapping.header, columns, rows };
}

const NO_CELLS: ReadonlyMap<number, string[]> = new Map();

async function shownColumns(open: Again, mapping: ImportOptions["mapping"]) {
  const { delimiter, header } = mapping;
  const { rows } = await previewCsv(open(), { rows: ROWS, delimiter });
  const body = header ? rows.slice(1) : rows;
  const width = Math.max(mapping.columns.length, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, at) => ({
    name: (header ? rows[0]?.[at] : undefined) ?? `Column ${at + 1}`,
    use: mapping.columns[at] ?? ("ignore" as const),
    samples: body.slice(0, SAMPLES).map((row) => row[at] ?? ""),
  }));
  return { columns, cells: new Map(rows.map((row, at) => [at + 1, row])) };
}

async function firstReadings(source: ByteSource, plan: ReadPlan, now: number): Promise<Reading[]> {
  const found: Reading[] = [];
  for await (const { readings } of readFormat(source, plan, { now })) {
    found.push(...readings.slice(0, ROWS - found.length));
    if (found.length >= ROWS) break;
  }
  return found;
}

function rowOf(
  reading: Reading,
  cells: ReadonlyMap<number, string[]>,
): ImportPreview["rows"][number] {
  const common = { line: reading.line, cells: cells.get(reading.line) ?? [] };
  if (reading.kind === "indicator") return { ...common, ...takenRow(reading.indicator) };
  const reason =
    reading.remedy === undefined ? reading.reason : `${reading.reason}. ${reading.remedy}`;
  return {
    ...common,
    outcome: "rejected",
    type: null,
    value: reading.value,
    severity: null,
    reason,
  };
}

function takenRow({ type, value, severity }: Indicator) {
  return { outcome: "indicator" as const, type, value, severity, reason: "" };
}
