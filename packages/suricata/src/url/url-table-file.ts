import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { countedSlots, MIN_SLOTS, type UrlSlots } from "./url-slots.ts";
import { HEADER_BYTES, MAGIC, OFFSET, SLOT_BYTES } from "./url-table-format.ts";

export type KeyWords = readonly [number, number];
export type StoredTable = { key: KeyWords; slots: UrlSlots; file: number };

/**
 * Puts a new file under the path and returns it open. The old one is marked before the
 * rename, so that an engine which still maps it looks again until it finds the new one;
 * a crash between the two leaves the old content in force.
 */
export function replaceFile(path: string, key: KeyWords, slots: UrlSlots): number {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(slots.mask + 1, OFFSET.slots);
  header.writeInt32LE(key[0], OFFSET.key0);
  header.writeInt32LE(key[1], OFFSET.key1);
  const { buffer, byteOffset, byteLength } = slots.words;
  const file = openSync(`${path}.new`, "w+", 0o640);
  try {
    writeAll(file, header, 0);
    writeAll(file, Buffer.from(buffer, byteOffset, byteLength), HEADER_BYTES);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(`${path}.new`, { force: true });
    throw error;
  }
  const old = openIfPresent(path);
  if (old !== undefined) {
    markSuperseded(old, true);
    closeSync(old);
  }
  renameSync(`${path}.new`, path);
  syncDirectory(dirname(path));
  return file;
}

/** The table in a file, open for writing, unless it is absent, cut, or not one at all. */
export function readTable(path: string): StoredTable | undefined {
  const file = openIfPresent(path);
  if (file === undefined) return undefined;
  const content = parseTable(readFileSync(file));
  if (content === undefined) {
    closeSync(file);
    return undefined;
  }
  // A replacement that did not happen left its mark: the file is current after all.
  markSuperseded(file, false);
  return { ...content, file };
}

function parseTable(bytes: Buffer): Omit<StoredTable, "file"> | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString("latin1", 0, 8) !== MAGIC) return undefined;
  const count = bytes.readUInt32LE(OFFSET.slots);
  const end = HEADER_BYTES + count * SLOT_BYTES;
  const isPowerOfTwo = count >= MIN_SLOTS && (count & (count - 1)) === 0;
  if (!isPowerOfTwo || bytes.length < end) return undefined;
  const words = new Int32Array(count * 2);
  new Uint8Array(words.buffer).set(bytes.subarray(HEADER_BYTES, end));
  const key = [bytes.readInt32LE(OFFSET.key0), bytes.readInt32LE(OFFSET.key1)] as const;
  return { key, slots: countedSlots(words) };
}

function markSuperseded(file: number, superseded: boolean): void {
  if (fstatSync(file).size < HEADER_BYTES) return;
  writeSync(file, Buffer.from([superseded ? 1 : 0, 0, 0, 0]), 0, 4, OFFSET.superseded);
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
