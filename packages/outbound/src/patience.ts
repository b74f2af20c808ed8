import { OutboundError } from "./outbound-error.ts";

/**
 * How long the other side may keep us waiting: `timeoutMs` at a time and `totalMs` altogether. The
 * time that we ourselves take between two waits is not counted.
 */
export class Patience {
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #host: string;
  #leftMs: number;

  constructor(limits: {
    host: string;
    timeoutMs: number;
    totalMs: number;
    signal: AbortSignal | undefined;
  }) {
    this.#host = limits.host;
    this.#timeoutMs = limits.timeoutMs;
    this.#leftMs = limits.totalMs;
    this.#signal = limits.signal;
  }

  /**
   * The outcome of `work`, or the reason for giving up: time is over or the signal was given. Then
   * `stop` is called, and whatever becomes of the work afterwards does not matter.
   */
  async during<T>(work: Promise<T>, stop: (reason: unknown) => void): Promise<T> {
    const started = performance.now();
    const limit = Math.min(this.#timeoutMs, this.#leftMs);
    let finish = () => {};
    const giveUp = new Promise<never>((_, reject) => {
      const end = (reason: unknown) => {
        reject(reason);
        stop(reason);
      };
      const timer = setTimeout(() => end(this.#tooSlow(limit)), Math.max(0, limit));
      const onAbort = () => end(this.#signal?.reason);
      this.#signal?.addEventListener("abort", onAbort, { once: true });
      finish = () => {
        clearTimeout(timer);
        this.#signal?.removeEventListener("abort", onAbort);
      };
      if (this.#signal?.aborted === true) onAbort();
    });
    try {
      return await Promise.race([work, giveUp]);
    } finally {
      finish();
      this.#leftMs -= performance.now() - started;
    }
  }

  #tooSlow(limit: number): OutboundError {
    const what = limit < this.#timeoutMs ? "the whole answer took too long" : "no answer in time";
    const message = `${this.#host}: ${what} (waited ${Math.round(limit)} ms)`;
    return new OutboundError("TimedOut", message, "Try again later, or raise the time limit");
  }
}
