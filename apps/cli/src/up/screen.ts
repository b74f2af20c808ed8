/** Progress of `breakwater up` for the person in front of it. */
export type Screen = {
  /** Shows that a piece of work has begun, and how it ended with its time. */
  during: <T>(what: string, work: () => Promise<T>, result?: (value: T) => string) => Promise<T>;
  line: (text: string) => void;
};

/** `write` gets whole lines; work that runs side by side never breaks into another's line. */
export function createScreen(write: (line: string) => void, now: () => number): Screen {
  return {
    line: write,
    async during(what, work, result) {
      const started = now();
      write(`${what} …`);
      const value = await work();
      const seconds = ((now() - started) / 1000).toFixed(1);
      const outcome = result?.(value) ?? "ready";
      write(`  ${what}: ${outcome} (${seconds} s)`);
      return value;
    },
  };
}
