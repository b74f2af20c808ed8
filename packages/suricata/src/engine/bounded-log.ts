import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from "node:fs";

const MAX_LOG_BYTES = 16 * 1024 * 1024;

/** Puts a grown log aside as `NAME.1` (one generation), before the engine opens it again. */
export function boundLog(path: string, maxBytes = MAX_LOG_BYTES): void {
  if (sizeOf(path) > maxBytes) renameSync(path, `${path}.1`);
}

/** The end of a log, for error messages. */
export function lastLines(path: string, bytes = 2000): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(bytes, size));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString("utf8").trim();
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
