/** What a multipart body holds for us: its first file, and its text fields. */
export type Form = { file: Buffer | undefined; fields: [string, string][] };

const FILE_NAMES = new Set(["file", "name", "requestfile"]);
const MOST_PARTS = 100;

/**
 * Reads a multipart body by the boundary of its own first line, because clients send it under any
 * Content-Type. Undefined: it is no multipart body. Part names vary: the file is the first part with
 * a file name, else the first one called as clients call it.
 */
export function readMultipart(body: Buffer): Form | undefined {
  const boundary = /^(?:\r?\n)*(--[^\r\n]{1,200})\r?\n/.exec(body.toString("latin1", 0, 300))?.[1];
  if (boundary === undefined) return undefined;
  const parts = splitParts(body, boundary).map(readPart);
  const file =
    parts.find(({ isFile }) => isFile) ??
    parts.find(({ name }) => FILE_NAMES.has(name.toLowerCase()));
  const fields = parts
    .filter((part) => part !== file && !part.isFile)
    .map(({ name, content }): [string, string] => [name, content.toString("utf8").trim()]);
  return { file: file?.content, fields };
}

/** The bytes between boundary lines, without the line end before each. */
function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  let start = endOfLine(body, body.indexOf(boundary));
  while (start < body.length && parts.length < MOST_PARTS) {
    const next = nextBoundary(body, boundary, start);
    const lineEnd = body[next - 2] === 0x0d ? 2 : 1;
    parts.push(body.subarray(start, Math.max(start, next - lineEnd)));
    if (body.toString("latin1", next + boundary.length, next + boundary.length + 2) === "--") break;
    start = endOfLine(body, next);
  }
  return parts;
}

/** At the start of a line only. A body that was cut off ends its last part. */
function nextBoundary(body: Buffer, boundary: string, from: number): number {
  const found = body.indexOf(`\n${boundary}`, from - 1, "latin1");
  return found < 0 ? body.length + 1 : found + 1;
}

function endOfLine(body: Buffer, from: number): number {
  const end = body.indexOf(0x0a, from);
  return end < 0 ? body.length : end + 1;
}

type Part = { name: string; isFile: boolean; content: Buffer };

function readPart(part: Buffer): Part {
  const crlf = part.indexOf("\r\n\r\n");
  const end = crlf >= 0 ? crlf : part.indexOf("\n\n");
  const head = end < 0 ? "" : part.toString("utf8", 0, end);
  const disposition = /^content-disposition:.*$/im.exec(head)?.[0] ?? "";
  return {
    name:
      /\bname="?([^";]*)/i.exec(disposition.replace(/filename\*?=("[^"]*"|[^;]*)/i, ""))?.[1] ?? "",
    isFile: /\bfilename\*?=/i.test(disposition),
    content: part.subarray(end < 0 ? 0 : end + (crlf >= 0 ? 4 : 2)),
  };
}
