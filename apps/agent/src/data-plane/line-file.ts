import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { PutValue } from "@breakwater/suricata";

const BUFFER_BYTES = 256 << 10;
/** The longest value is 253 bytes, or 340 as base64. */
const MAX_VALUE_BYTES = 4096;
const LINE_FEED = 0x0a;

/** A text file written line by line under another name, and renamed when it is whole. */
export class LineFile {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #count = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(`${path}.tmp`, "w", 0o600);
  }

  get count(): number {
    return this.#count;
  }

  /** @param line with its line feed */
  write(line: string): void {
    const most = line.length * 3;
    if (this.#used + most > BUFFER_BYTES) this.#flush();
    if (most > BUFFER_BYTES) this.#writeOut(Buffer.from(line, "utf8"));
    else this.#used += this.#buffer.write(line, this.#used, "utf8");
    this.#count += 1;
  }

  /** A line from bytes, without making text of them. */
  put(putValue: PutValue, bytes: Uint8Array, start: number, length: number): void {
    if (this.#used + MAX_VALUE_BYTES > BUFFER_BYTES) this.#flush();
    this.#used = putValue(this.#buffer, this.#used, bytes, start, length);
    this.#buffer[this.#used] = LINE_FEED;
    this.#used += 1;
    this.#count += 1;
  }

  commit(): void {
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(`${this.#path}.tmp`, this.#path);
  }

  /** Leaves what stood at the path before. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(`${this.#path}.tmp`, { force: true });
  }

  #flush(): void {
    this.#writeOut(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** A nearly full disk writes less than asked before it says so. */
  #writeOut(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }
}

/** Replaces a small text file in one step. One that says so already is left alone: a full disk is no reason to stop. */
export function replaceTextFile(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const file = new LineFile(path);
  try {
    file.write(text);
    file.commit();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Some may be committed already; what failed first is what counts. */
export function abandonQuietly(file: LineFile): void {
  try {
    file.abandon();
  } catch {
    return;
  }
}
