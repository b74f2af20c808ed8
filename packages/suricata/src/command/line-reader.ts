/** Cuts a byte stream into lines; `limit` bounds what an endless line may hold. */
export class LineReader {
  readonly #limit: number;
  #pending: Buffer[] = [];
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that `chunk` completes, or undefined once the limit is passed. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#pending.push(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#pending).toString("utf8"));
      this.#pending = [];
      this.#bytes = 0;
      start = end + 1;
    }
    this.#pending.push(chunk.subarray(start));
    this.#bytes += chunk.length - start;
    return this.#bytes > this.#limit ? undefined : lines;
  }
}
