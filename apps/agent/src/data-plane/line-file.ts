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

const BUFFER_BYTES = 256 << 10;

/** A text file written line by line under another name, and renamed when it is whole. */
export class LineFile {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = [];
  #bytes = 0;
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
    this.#lines.push(line);
    this.#bytes += line.length;
    this.#count += 1;
    if (this.#bytes >= BUFFER_BYTES) this.#flush();
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
    const bytes = Buffer.from(this.#lines.join(""), "utf8");
    this.#lines = [];
    this.#bytes = 0;
    // A nearly full disk writes less than asked before it says so.
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
