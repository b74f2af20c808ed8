import { guessDelimiter } from "./csv/guess-layout.ts";
import { beginningOf } from "./input/beginning.ts";
import type { ByteSource } from "./reading.ts";

export type InputFormat = "csv" | "list" | "stix" | "misp";

/**
 * What an input most likely is, from its first 64 kB. JSON is MISP when it says `Event` or
 * `Attribute`, otherwise STIX; text is CSV when most lines have several columns.
 */
export async function detectFormat(source: ByteSource): Promise<InputFormat> {
  const text = (await beginningOf(source)).text.toString("utf8");
  if (/^\s*(?:\{|\[\s*(?:["{\]]|$))/.test(text)) {
    return /"(?:Event|Attribute)"\s*:/.test(text) ? "misp" : "stix";
  }
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const rows = lines.filter((line) => line !== "" && !/^(?:#|;|\/\/|!)/.test(line));
  return hasColumns(rows.slice(0, 50)) ? "csv" : "list";
}

function hasColumns(rows: readonly string[]): boolean {
  const delimiter = guessDelimiter(rows);
  // Lists have further columns behind tabs, too; only a header tells them apart.
  if (delimiter === "\t") return /^[a-z][\w ]*(?:\t[a-z][\w ]*)+$/i.test(rows[0] ?? "");
  const split = rows.filter((line) => line.includes(delimiter));
  return split.length * 2 > rows.length;
}
