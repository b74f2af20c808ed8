import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

export type CopyValue = string | number | bigint | boolean | Date | object | null;
export type CopyTarget = { table: string; columns: readonly string[] };
/** The values of one row, or what {@link encodeCopyRow} made of them. */
export type CopyRow = readonly CopyValue[] | string;
type Rows = Iterable<CopyRow> | AsyncIterable<CopyRow>;

const BUFFER_CHARACTERS = 64 * 1024;

/**
 * Bulk load by COPY: all rows or none. Objects go in as JSON, arrays too (so for json columns, not
 * for array columns). Returns the number of rows.
 */
export async function copyRows(pool: pg.Pool, target: CopyTarget, rows: Rows): Promise<number> {
  const client = await pool.connect();
  try {
    const count = await copyWithClient(client, target, rows);
    client.release();
    return count;
  } catch (error) {
    // Where an interrupted COPY left the connection is not worth knowing: it is closed.
    client.release(true);
    throw error;
  }
}

/** The same on a connection that is in a transaction already. */
export async function copyWithClient(
  client: pg.ClientBase,
  target: CopyTarget,
  rows: Rows,
): Promise<number> {
  const columns = target.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const table = target.table
    .split(".")
    .map((part) => pg.escapeIdentifier(part))
    .join(".");
  const stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin`));
  await pipeline(Readable.from(encode(rows, target.columns.length)), stream);
  return stream.rowCount;
}

async function* encode(rows: Rows, width: number): AsyncGenerator<Buffer> {
  let text = "";
  for await (const row of rows) {
    if (typeof row !== "string" && row.length !== width)
      throw new RangeError(`a row has ${row.length} values, not ${width}`);
    text += `${typeof row === "string" ? row : encodeCopyRow(row)}\n`;
    if (text.length < BUFFER_CHARACTERS) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** A row, or the beginning of one, ahead of the COPY that takes it. */
export function encodeCopyRow(values: readonly CopyValue[]): string {
  return values.map(encodeValue).join("\t");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

const SPECIAL = /[\\\t\n\r]/;

function encodeValue(value: CopyValue): string {
  if (value === null) return "\\N";
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
