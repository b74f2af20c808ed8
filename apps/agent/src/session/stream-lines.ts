import { AppError } from "@breakwater/protocol";

/** A delta that is larger should have been a resync. */
const MAX_LINE_BYTES = 16 << 20;

/** Cuts the push stream into lines; an endless one fails instead of filling memory. */
export class StreamLines {
  #parts: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      this.#parts.push(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#parts).toString("utf8"));
      this.#parts = [];
      this.#bytes = 0;
      start = end + 1;
    }
    this.#parts.push(chunk.subarray(start));
    this.#bytes += chunk.length - start;
    if (this.#bytes > MAX_LINE_BYTES)
      throw new AppError("BadGateway", "The SMS sent a line without end.");
    return lines.filter((line) => line !== "");
  }
}
