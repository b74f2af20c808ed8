import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";

const MAX_LOG_BYTES = 16 * 1024 * 1024;

/** Puts a grown log aside as `NAME.1` (one generation), before the engine opens it again. */
export function boundLog(path: string, maxBytes = MAX_LOG_BYTES): void {
  if (logSize(path) > maxBytes) renameSync(path, `${path}.1`);
}

/** The end of a log, for error messages. */
export function lastLines(path: string, bytes = 2000): string {
  return logFrom(path, Math.max(0, logSize(path) - bytes)).trim();
}

const MAX_READ_BYTES = 1024 * 1024;

/** The text from `position` on, at most a megabyte of its end; empty when there is no such file. */
export function logFrom(path: string, position: number): string {
  const size = logSize(path);
  // A log that shrank was begun anew.
  const start = Math.max(size < position ? 0 : position, size - MAX_READ_BYTES);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const bytes = Buffer.alloc(size - start);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}

export function logSize(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
