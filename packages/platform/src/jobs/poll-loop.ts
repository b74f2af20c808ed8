import type { Log } from "../log.ts";

export type PollLoopOptions = {
  name: string;
  /** Pause between the end of one run and the start of the next. */
  intervalMs: number;
  run: (signal: AbortSignal) => Promise<void>;
  log: Log;
};

/**
 * Runs `run` again and again, one at a time. A failure is logged and the next run comes as usual.
 * `wake` runs it now, or once more right after the run under way.
 */
export class PollLoop {
  readonly #options: PollLoopOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(options: PollLoopOptions) {
    this.#options = options;
  }

  start(): this {
    this.wake();
    return this;
  }

  wake(): void {
    if (this.#abort.signal.aborted) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    // Never in this very tick: a run that throws at once would end before it is noted as running.
    this.#running = Promise.resolve().then(() => this.#runOnce());
  }

  /** Runs to completion now; for tests and orderly drains. */
  async drain(): Promise<void> {
    this.wake();
    while (this.#running !== undefined) await this.#running;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    try {
      await this.#options.run(this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#options.log.error({ err: error, job: this.#options.name }, "job failed");
    }
    this.#running = undefined;
    if (this.#abort.signal.aborted) return;
    if (this.#again) {
      this.#again = false;
      this.wake();
      return;
    }
    this.#timer = setTimeout(() => this.wake(), this.#options.intervalMs);
    this.#timer.unref();
  }
}
