const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Full jitter: anything up to twice as long as before, so that a fleet does not come back at once. */
export function backOff(failures: number, random: number): number {
  const most = Math.min(FIRST_MS * 2 ** Math.min(failures, 16), LONGEST_MS);
  return Math.ceil(most * random);
}
