import type { ServerResponse } from "node:http";

export type NdjsonOptions = {
  /** Unsent bytes above which the stream is "full": the caller must fall back to a resync line. */
  highWater?: number;
  onClose: () => void;
};

/**
 * An endless NDJSON answer. Bounded: `write` refuses above the high-water mark, so a slow reader
 * never grows server memory. Works on HTTP/1.1 and HTTP/2.
 */
export class NdjsonStream {
  readonly #response: ServerResponse;
  readonly #highWater: number;
  #closed = false;
  #gone = false;

  constructor(response: ServerResponse, options: NdjsonOptions) {
    this.#response = response;
    this.#highWater = options.highWater ?? 1024 * 1024;
    const close = () => {
      if (this.#closed) return;
      this.#closed = true;
      options.onClose();
    };
    response.on("close", close);
    response.on("error", close);
    if (isGone(response)) {
      // Its events are over. The caller still gets its stream first, as with any other end.
      process.nextTick(close);
      this.#gone = true;
      return;
    }
    response.writeHead(200, {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    });
    response.flushHeaders();
  }

  get closed(): boolean {
    return this.#closed || this.#gone;
  }

  get full(): boolean {
    return this.#response.writableLength > this.#highWater;
  }

  /** Writes one line, already serialised (so that it can be shared between streams). False: not written. */
  writeLine(line: string | Buffer): boolean {
    if (this.closed || this.full) return false;
    this.#response.write(line);
    return true;
  }

  write(value: unknown): boolean {
    return this.writeLine(`${JSON.stringify(value)}\n`);
  }

  end(): void {
    if (!this.closed) this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }
}

/** Whether the client left before the answer began: over HTTP/2 only the stream knows. */
function isGone(response: ServerResponse): boolean {
  const { stream } = response as unknown as { stream?: { destroyed: boolean } };
  return response.destroyed || stream?.destroyed === true;
}
