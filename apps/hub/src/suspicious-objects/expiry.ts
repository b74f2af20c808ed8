import type { Log } from "@breakwater/platform";
import { PollLoop } from "@breakwater/platform";
import { deleteObjects } from "./delete-objects.ts";
import type { ObjectWriter } from "./save-objects.ts";
import { readExpired, readNextExpiry } from "./store.ts";

const BATCH = 1000;
/** Timers count in 31 bits and clocks jump: look again at least this often. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Deletes objects when their time has come: a timer stands at the earliest expiry and is set anew
 * after every change of the list.
 */
export class Expiry {
  readonly #writer: ObjectWriter;
  readonly #loop: PollLoop;
  #timer: NodeJS.Timeout | undefined;

  constructor(writer: ObjectWriter, log: Log) {
    this.#writer = writer;
    this.#loop = new PollLoop({
      name: "object expiry",
      intervalMs: LOOK_AGAIN_MS,
      log,
      run: (signal) => this.#run(signal),
    });
  }

  start(): this {
    this.#loop.start();
    return this;
  }

  /** The list changed: an earlier expiry may have come in. */
  changed(): void {
    this.#loop.wake();
  }

  async drain(): Promise<void> {
    await this.#loop.drain();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#loop.stop();
    clearTimeout(this.#timer);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { db, clock } = this.#writer;
    const isDue = (one: { expires: Date | null }) =>
      one.expires !== null && one.expires <= clock.now();
    for (;;) {
      const keys = await readExpired(db, clock.now(), BATCH);
      if (keys.length === 0 || signal.aborted) break;
      await deleteObjects(this.#writer, keys, { onlyIf: isDue });
    }
    this.#arm(await readNextExpiry(db));
  }

  #arm(next: Date | null): void {
    clearTimeout(this.#timer);
    if (next === null) return;
    const wait = next.getTime() - this.#writer.clock.now().getTime();
    if (wait >= LOOK_AGAIN_MS) return;
    this.#timer = setTimeout(() => this.#loop.wake(), Math.max(wait, 0) + 1);
    this.#timer.unref();
  }
}
