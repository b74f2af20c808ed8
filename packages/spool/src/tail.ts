import type { SourcePosition } from "./source-position.ts";
import {
  fingerprintLength,
  fingerprintOf,
  holdsPosition,
  openSource,
  openSources,
  readHead,
  type SourceFile,
} from "./tail-files.ts";

export type TailOptions = {
  readonly path: string;
  /** Where a previous reader stopped: the position of the last durable spool record. */
  readonly from: SourcePosition | undefined;
  readonly chunkBytes?: number;
  readonly maxLineBytes?: number;
  /** How many calls of `next` find nothing more in a rotated file before it is left. */
  readonly looksBeforeLeaving?: number;
};

/** Complete lines, and where reading goes on once they are safe. */
export type TailChunk = { readonly lines: readonly string[]; readonly position: SourcePosition };

export type TailStats = {
  /** Times the file was found shorter than what had been read, or with another content. */
  truncations: number;
  oversizedLines: number;
  /** The file of the start position was gone: what stood behind it may be missing. */
  lostStart: boolean;
};

const DEFAULT_CHUNK = 256 << 10;
const DEFAULT_MAX_LINE = 1 << 20;

/**
 * Follows an append-only file across rename and truncation. Pull-based: `next` gives what is there
 * now, so the caller decides the pace and nothing is read ahead of what it has made durable.
 */
export class Tail {
  readonly stats: TailStats = { truncations: 0, oversizedLines: 0, lostStart: false };
  readonly #options: TailOptions;
  #file: SourceFile | undefined;
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);
  #skippingLine = false;
  #started = false;
  /** Rotated files between the one being read and the current one. */
  #queue: SourceFile[] = [];
  #finished: string[] = [];
  #looksAtEnd = 0;

  constructor(options: TailOptions) {
    this.#options = options;
  }

  /** Rotated files that are read to their end; delete them once the last chunk is safe. */
  takeFinished(): string[] {
    return this.#finished.splice(0);
  }

  /** The next complete lines, or undefined when there are none now. */
  async next(): Promise<TailChunk | undefined> {
    if (!this.#started) await this.#start();
    for (;;) {
      if (this.#file === undefined) await this.#openCurrent();
      const file = this.#file;
      if (file === undefined) return undefined;
      const chunk = await this.#readLines(file);
      if (chunk !== undefined) return chunk;
      if (!(await this.#moveOn(file))) return undefined;
    }
  }

  async close(): Promise<void> {
    const open = this.#file === undefined ? this.#queue : [this.#file, ...this.#queue];
    await Promise.all(open.map((file) => file.handle.close()));
    this.#file = undefined;
    this.#queue = [];
  }

  async #start(): Promise<void> {
    this.#started = true;
    const { from, path } = this.#options;
    const files = await openSources(path);
    const at = await indexOf(files, from);
    const start = at ?? (await this.#withoutStart(files));
    await Promise.all(files.slice(0, start).map((file) => file.handle.close()));
    const [file, ...queue] = files.slice(start);
    this.#queue = queue;
    this.#enter(file);
    if (file !== undefined && at !== undefined && from !== undefined) {
      this.#offset = from.offset;
      this.#head = await readHead(file.handle, from.fingerprintLength);
    }
  }

  /** The start file is gone: begin with the first that was written after it was last read. */
  async #withoutStart(files: readonly SourceFile[]): Promise<number> {
    const { from } = this.#options;
    if (from === undefined || from.offset === 0) return 0;
    this.stats.lostStart = true;
    const later = files.findIndex(
      (file) => Number(file.mtimeNs / 1_000_000n) >= Math.floor(from.mtimeMs),
    );
    return later < 0 ? Math.max(0, files.length - 1) : later;
  }

  async #openCurrent(): Promise<void> {
    this.#enter(await openSource(this.#options.path));
  }

  #enter(file: SourceFile | undefined): void {
    this.#file = file;
    this.#offset = 0;
    this.#head = Buffer.alloc(0);
    this.#skippingLine = false;
    this.#looksAtEnd = 0;
  }

  async #readLines(file: SourceFile): Promise<TailChunk | undefined> {
    const stat = await file.handle.stat();
    if (stat.size < this.#offset || (stat.size > this.#offset && (await this.#isReplaced(file)))) {
      this.stats.truncations += 1;
      this.#enter(file);
    }
    return this.#readFrom(file, stat.size, stat.mtimeMs);
  }

  async #readFrom(file: SourceFile, size: number, mtimeMs: number): Promise<TailChunk | undefined> {
    const { chunkBytes = DEFAULT_CHUNK, maxLineBytes = DEFAULT_MAX_LINE } = this.#options;
    let length = Math.min(chunkBytes, size - this.#offset);
    while (length > 0) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.handle.read(bytes, 0, length, this.#offset);
      const end = bytes.lastIndexOf(0x0a);
      if (end >= 0) return this.#consume(file, bytes.subarray(0, end + 1), mtimeMs);
      const left = size - this.#offset;
      if (bytesRead > maxLineBytes) {
        this.#skippingLine = true;
        this.#offset += bytesRead;
        length = Math.min(chunkBytes, left - bytesRead);
      } else if (bytesRead < length || bytesRead === left) return undefined;
      else length = Math.min(length * 2, left);
    }
    return undefined;
  }

  async #consume(file: SourceFile, bytes: Buffer, mtimeMs: number): Promise<TailChunk> {
    const lines = bytes.toString("utf8").split("\n");
    lines.pop();
    if (this.#skippingLine) {
      this.#skippingLine = false;
      this.stats.oversizedLines += 1;
      lines.shift();
    }
    this.#offset += bytes.length;
    this.#looksAtEnd = 0;
    const wanted = fingerprintLength(this.#offset);
    if (this.#head.length < wanted) this.#head = await readHead(file.handle, wanted);
    const position = {
      dev: file.dev,
      ino: file.ino,
      fingerprint: fingerprintOf(this.#head),
      fingerprintLength: this.#head.length,
      offset: this.#offset,
      mtimeMs,
    };
    return { lines, position };
  }

  /** Truncated and written anew beyond our offset: only the first bytes tell. */
  async #isReplaced(file: SourceFile): Promise<boolean> {
    if (this.#head.length === 0) return false;
    const head = await readHead(file.handle, this.#head.length);
    return !head.equals(this.#head);
  }

  /**
   * At the end of a file: goes to its successor if there is one. The writer may still be adding a
   * last line to the old file, so that one is looked at a few times more.
   */
  async #moveOn(file: SourceFile): Promise<boolean> {
    if (this.#queue.length === 0) this.#queue = await this.#successors(file);
    if (this.#queue.length === 0) return false;
    this.#looksAtEnd += 1;
    const lingers =
      this.#queue.length === 1 && this.#looksAtEnd < (this.#options.looksBeforeLeaving ?? 3);
    if (lingers) return false;
    await file.handle.close();
    const path = await pathOf(this.#options.path, file);
    if (path !== undefined) this.#finished.push(path);
    this.#enter(this.#queue.shift());
    return true;
  }

  async #successors(file: SourceFile): Promise<SourceFile[]> {
    const current = await openSource(this.#options.path);
    await current?.handle.close();
    if (current === undefined || isSame(current, file)) return [];
    const files = await openSources(this.#options.path);
    const own = files.findIndex((other) => isSame(other, file));
    const later =
      own < 0 ? files.filter((other) => other.mtimeNs >= file.mtimeNs) : files.slice(own + 1);
    const others = files.filter((other) => !later.includes(other));
    await Promise.all(others.map((other) => other.handle.close()));
    return later;
  }
}

async function indexOf(
  files: readonly SourceFile[],
  position: SourcePosition | undefined,
): Promise<number | undefined> {
  if (position === undefined || position.offset === 0) return undefined;
  for (const [i, file] of files.entries()) if (await holdsPosition(file, position)) return i;
  return undefined;
}

/** Where a file that was renamed while open stands now. */
async function pathOf(current: string, file: SourceFile): Promise<string | undefined> {
  const files = await openSources(current);
  await Promise.all(files.map((other) => other.handle.close()));
  const found = files.find((other) => isSame(other, file));
  return found?.path === current ? undefined : found?.path;
}

function isSame(a: SourceFile, b: SourceFile): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}
