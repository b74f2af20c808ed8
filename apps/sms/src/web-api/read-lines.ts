import { type EntryKey } from "../reputation/index.ts";
import { type AddressKind, entryAddress } from "./entry-address.ts";
import { splitList } from "./split-list.ts";
import { malformed, shown } from "./web-api-error.ts";

export const MOST_LINES = 200_000;
const FILE_TYPES = ["ipv4", "ipv6", "dns", "url", "md5", "sha1", "sha256"] as const;
const LONGEST_LINE = 8_192;
const REPORTED = 20;

/** A line of a file: an address, then `Category,Value` pairs. */
export type EntryLine = { key: EntryKey; tags: string[] };

/** A line that counts, by its place in the file. */
export type FileLine = { number: number; text: string };

/** Lines that were passed over. */
export type Rejections = { count: number; first: { line: number; reason: string }[] };

/** The kind that the parameter `type` names, in any case. Throws WebApiError. */
export function fileKind(type: string | undefined): AddressKind | undefined {
  if (type === undefined || type === "") return undefined;
  const kind = FILE_TYPES.find((one) => one === type.toLowerCase());
  if (kind !== undefined) return kind;
  throw malformed(`The type is one of ${FILE_TYPES.join(", ")}, not ${shown(type)}.`);
}

/** Splits a file into at most {@link MOST_LINES} lines; empty ones and `#` comments do not count. */
export function fileLines(file: Buffer): FileLine[] {
  const lines = file
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((text, index) => ({ number: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
  if (lines.length <= MOST_LINES) return lines;
  throw malformed(`The file has more than ${MOST_LINES} entries. Send several files.`);
}

/** Reads a line, or says why it cannot be. */
export function readLine(text: string, kind: AddressKind | undefined): EntryLine | string {
  if (text.length > LONGEST_LINE) return `it has more than ${LONGEST_LINE} characters`;
  if (text.includes("\0")) return "it holds a NUL character";
  const fields = splitList(text);
  if (fields === undefined) return "a double quote is not closed";
  const [address = "", ...tags] = fields;
  const key = entryAddress(kind ?? guessKind(address), address);
  return key.ok ? { key: key.value, tags } : `${shown(address)}: ${key.error.reason}`;
}

export function reject(rejections: Rejections, line: number, reason: string): void {
  rejections.count += 1;
  if (rejections.first.length < REPORTED) rejections.first.push({ line, reason });
}

function guessKind(address: string): AddressKind {
  if (/^[0-9a-f.:]+(?:\/\d{1,3})?$/i.test(address) && /[.:]/.test(address)) return "ip";
  return /[/?]/.test(address) ? "url" : "dns";
}
