import { AppError } from "@breakwater/protocol";

/** At most `slots` at a time, at most `queue` waiting; more are refused. */
export function createSemaphore(slots: number, queue: number) {
  let free = slots;
  const waiting: (() => void)[] = [];

  async function acquire(): Promise<void> {
    if (free > 0) {
      free--;
      return;
    }
    if (waiting.length >= queue) {
      throw new AppError("Unavailable", "Too many logins at once. Try again in a few seconds.");
    }
    // The slot is handed over, so `free` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function release(): void {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }

  return async function limited<T>(work: () => Promise<T>): Promise<T> {
    await acquire();
    try {
      return await work();
    } finally {
      release();
    }
  };
}
