import type { Clock, Log } from "@breakwater/platform";

/** `setTimeout` counts in 31 bits, clocks jump, and other processes add entries: look this often. */
const LOOK_AGAIN_MS = 30_000;
const RETRY_MS = 1_000;

export type ExpiryTimerOptions = {
  clock: Clock;
  log: Log;
  /** What expires, for the log. */
  what: string;
  /** When the next assertion expires. */
  next: () => Promise<Date | null>;
  /** Expires what is due; returns how many. */
  expire: () => Promise<number>;
};

/** Runs `expire` at the moment the next assertion is due, to the millisecond. */
export class ExpiryTimer {
  readonly #options: ExpiryTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ExpiryTimerOptions) {
    this.#options = options;
  }

  start(): this {
    this.#arm(this.#now());
    return this;
  }

  /** An assertion was stored that expires at `time` (ms). */
  note(time: number | null): void {
    if (time !== null && time < this.#dueAt) this.#arm(time);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #arm(at: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    const wait = Math.min(Math.max(at - this.#now(), 0), LOOK_AGAIN_MS);
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#run());
    }, wait);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    if (this.#stopped) return;
    // Cleared first: what is noted from here on arms the timer again.
    this.#dueAt = Number.POSITIVE_INFINITY;
    try {
      while (!this.#stopped && (await this.#options.expire()) > 0);
      const next = (await this.#options.next())?.getTime() ?? Number.POSITIVE_INFINITY;
      this.#arm(Math.min(next, this.#dueAt, this.#now() + LOOK_AGAIN_MS));
    } catch (error) {
      this.#options.log.error({ err: error }, `expiry of ${this.#options.what} failed`);
      this.#arm(this.#now() + RETRY_MS);
    }
  }
}
