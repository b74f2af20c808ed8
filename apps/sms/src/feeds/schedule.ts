const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Of the interval, so that feeds that were made together do not stay together. */
const JITTER = 0.1;
const FIRST_RETRY_MS = 5 * MINUTE;
const LONGEST_RETRY_MS = HOUR;
/** Steps of an entry's life, so that a fetch does not write every entry anew. */
const STEPS = 8;

/** When a feed that starts now runs next, in ms; `random` from 0 to 1. */
export function nextRun(now: number, everyMinutes: number, random: number): number {
  return Math.round(now + everyMinutes * MINUTE * (1 - JITTER / 2 + JITTER * random));
}

/** After so many failures in a row: soon at first, never later than the schedule or an hour. */
export function retryRun(
  now: number,
  everyMinutes: number,
  { failures, random }: { failures: number; random: number },
): number {
  const most = Math.max(everyMinutes * MINUTE, LONGEST_RETRY_MS);
  const pause = Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 16), most);
  return Math.round(now + pause * (1 - JITTER / 2 + JITTER * random));
}

/** When an entry of a fetch ends: at least `ttlHours` later, and the same for an eighth of that time. */
export function expiryOf(now: number, ttlHours: number | null): number | null {
  if (ttlHours === null) return null;
  const ttl = ttlHours * HOUR;
  const step = ttl / STEPS;
  return (Math.floor((now + ttl) / step) + 1) * step;
}

/** Whether all is to be fetched and taken over, whatever is new. */
export function isFullDue(now: number, lastFull: number | null, ttlHours: number | null): boolean {
  if (lastFull === null || now - lastFull >= DAY) return true;
  return expiryOf(now, ttlHours) !== expiryOf(lastFull, ttlHours);
}
