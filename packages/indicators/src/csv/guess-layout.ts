import { detectType } from "@breakwater/reputation-set";
import { type ColumnRole, type CsvLayout, DELIMITERS, type Delimiter } from "../csv-columns.ts";
import { parseSpan } from "../values/address-span.ts";
import { parseExpiry } from "../values/expiry.ts";
import { parseScanAction } from "../values/scan-action.ts";
import { parseSeverity } from "../values/severity.ts";
import { parseWantedType } from "../values/wanted-type.ts";

/** Words of a header, without case, spaces, hyphens and underscores. */
const HEADERS: readonly (readonly [ColumnRole, RegExp])[] = [
  [
    "value",
    /^(?:value|indicator|ioc|iocvalue|object|observable|entry|ip|ipaddress|dstip|srcip|ipv4|ipv6|address|cidr|domain|domainname|host|hostname|fqdn|url|uri|hash|md5|md5hash|sha1|sha1hash|sha256|sha256hash)$/,
  ],
  ["type", /^(?:type|ioctype|indicatortype|objecttype|kind)$/],
  ["severity", /^(?:severity|risk|risklevel|score|confidence|confidencelevel|threatlevel)$/],
  ["scanAction", /^(?:scanaction|action|verdict)$/],
  ["expires", /^(?:expires|expiry|expiration|expirationdate|expireddate|validuntil|ttl)$/],
  ["description", /^(?:description|comment|comments|note|notes|title|name)$/],
];

/** The delimiter that splits most rows into the same number of columns, the comma if none does. */
export function guessDelimiter(lines: readonly string[]): Delimiter {
  const scored = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length);
    const columns = counts[0] ?? 1;
    const alike = columns > 1 ? counts.filter((count) => count === columns).length : 0;
    return { delimiter, score: alike * 1000 + Math.min(columns, 200) };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 1000 ? best.delimiter : ",";
}

/**
 * What the columns most likely hold, from the first rows: by the words of a header, and otherwise by
 * what the cells look like. Undefined where no column looks like a value.
 */
export function guessMapping(
  rows: readonly (readonly string[])[],
): Pick<CsvLayout, "header" | "columns"> | undefined {
  const [first = [], ...rest] = rows;
  const header = !first.some((cell) => isValue(cell)) && first.some((cell) => cell.trim() !== "");
  const body = header ? rest : rows;
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns: ColumnRole[] = Array.from({ length: width }, () => "ignore");
  if (header) assignByHeader(first, body, columns);
  assignByContent(body, columns);
  return columns.includes("value") ? { header, columns } : undefined;
}

function assignByHeader(
  header: readonly string[],
  body: readonly (readonly string[])[],
  columns: ColumnRole[],
): void {
  for (const [at, name] of header.entries()) {
    const word = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const role = HEADERS.find(([, pattern]) => pattern.test(word))?.[0];
    if (role === undefined || columns.includes(role)) continue;
    const cells = cellsOf(body, at);
    if (role !== "value" || cells.length === 0 || mostly(cells, isValue)) columns[at] = role;
  }
}

function assignByContent(body: readonly (readonly string[])[], columns: ColumnRole[]): void {
  const tests: readonly (readonly [ColumnRole, (cell: string) => boolean])[] = [
    ["value", isValue],
    ["type", (cell) => parseWantedType(cell) !== undefined],
    ["severity", (cell) => parseSeverity(cell) !== undefined && !/^\d/.test(cell)],
    ["scanAction", (cell) => parseScanAction(cell) !== undefined],
    ["expires", (cell) => typeof parseExpiry(cell, Date.now()) === "number" && /\D/.test(cell)],
  ];
  for (const [role, test] of tests) {
    if (columns.includes(role)) continue;
    const at = columns.findIndex(
      (taken, index) => taken === "ignore" && mostly(cellsOf(body, index), test),
    );
    if (at !== -1) columns[at] = role;
  }
}

function cellsOf(body: readonly (readonly string[])[], at: number): string[] {
  return body.map((row) => row[at]?.trim() ?? "").filter((cell) => cell !== "");
}

function mostly(cells: readonly string[], test: (cell: string) => boolean): boolean {
  return cells.length > 0 && cells.filter(test).length * 2 > cells.length;
}

function isValue(cell: string): boolean {
  const text = cell.trim();
  return detectType(text) !== undefined || parseSpan(text) !== undefined;
}
