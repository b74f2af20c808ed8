import { Readable } from "node:stream";
import type { RowFile } from "@breakwater/protocol";
import type { FastifyReply } from "fastify";
import { z } from "zod";

const PIECE_CHARACTERS = 64 * 1024;

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.undefined()]);
type Cell = z.infer<typeof Cell>;
const Row = z.record(z.string(), Cell);

/** The columns of rows of this schema. Throws when it is not an object. */
export function columnsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  throw new TypeError("the rows of a CSV file are described by an object schema");
}

/**
 * Answers with a file whose rows are made while it is sent, no faster than the client reads. A failure
 * before the first piece is an ordinary error; later ones break the download off.
 */
export async function sendCsv(
  reply: FastifyReply,
  schema: z.ZodType,
  file: RowFile<unknown>,
): Promise<FastifyReply> {
  const pieces = csvText(schema, file.rows);
  const first = await pieces.next();
  return reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", `attachment; filename="${safeName(file.filename)}"`)
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .send(Readable.from(startingWith(first, pieces), { objectMode: false }));
}

/** RFC 4180, with a header line, in pieces of about 64,000 characters. */
export async function* csvText(
  schema: z.ZodType,
  rows: RowFile<unknown>["rows"],
): AsyncGenerator<string, undefined> {
  const columns = columnsOf(schema);
  let text = lineOf(columns);
  for await (const row of rows) {
    const cells = Row.parse(schema.parse(row));
    text += lineOf(columns.map((column) => cells[column]));
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
  return undefined;
}

async function* startingWith(
  first: IteratorResult<string, undefined>,
  rest: AsyncGenerator<string, undefined>,
): AsyncGenerator<string> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    // The client may have left before it took the first piece.
    await rest.return(undefined);
  }
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

/** A spreadsheet would run a text that begins like a formula (OWASP ASVS 5.0, 1.2.10): a quote stops it. */
function quoted(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names are ours, but some carry what people called a thing. */
function safeName(filename: string): string {
  return filename.replaceAll(/[^\w.-]+/g, "-");
}
