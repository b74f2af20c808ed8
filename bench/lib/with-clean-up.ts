import { progress } from "./figures.ts";

export type OnStop = (work: () => unknown) => void;

/** Runs `main`; afterwards, also when it fails or is interrupted, what it asked for, newest first. */
export async function withCleanUp(main: (onStop: OnStop) => Promise<void>): Promise<void> {
  const works: (() => unknown)[] = [];
  const runAll = async () => {
    for (let work = works.pop(); work !== undefined; work = works.pop()) {
      try {
        await work();
      } catch (error) {
        progress(`clean-up failed: ${String(error)}`);
      }
    }
  };
  let running: Promise<void> | undefined;
  // A signal makes `main` fail as well: both wait for the same clean-up.
  const cleanUp = () => (running ??= runAll());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void cleanUp().then(() => process.exit(1)));
  }
  try {
    await main((work) => works.push(work));
  } finally {
    await cleanUp();
  }
}
