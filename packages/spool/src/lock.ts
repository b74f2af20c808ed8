export type Lock = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs one piece of work at a time, in the order asked for. */
export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
}
