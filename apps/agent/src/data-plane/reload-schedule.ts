/*
 * When the engine is asked to read its lists again.
 *
 *   clean ──change──▶ due at ──time──▶ reloading ──done──▶ clean, or due again if more came
 *
 * A reload that was quick may be repeated at once; a slow one is repeated once a minute at most,
 * because each one reads every rule again.
 */
export type ReloadSchedule = {
  readonly dueAt: number | undefined;
  readonly reloading: boolean;
  /** Something changed after the running reload had read its files. */
  readonly again: boolean;
  readonly lastEnd: number;
  readonly lastDuration: number;
};

export const initialReloadSchedule: ReloadSchedule = {
  dueAt: undefined,
  reloading: false,
  again: false,
  lastEnd: Number.NEGATIVE_INFINITY,
  lastDuration: 0,
};

const QUICK_MS = 2000;
/** Changes that come together are read together. */
const GATHER_MS = 150;
const SLOW_INTERVAL_MS = 55_000;

export function listsChanged(schedule: ReloadSchedule, now: number): ReloadSchedule {
  if (schedule.reloading) return { ...schedule, again: true };
  if (schedule.dueAt !== undefined) return schedule;
  const slow = schedule.lastDuration >= QUICK_MS;
  const earliest = slow ? schedule.lastEnd + SLOW_INTERVAL_MS : now;
  return { ...schedule, dueAt: Math.max(now + GATHER_MS, earliest) };
}

export function reloadStarted(schedule: ReloadSchedule): ReloadSchedule {
  return { ...schedule, dueAt: undefined, reloading: true, again: false };
}

export function reloadEnded(
  schedule: ReloadSchedule,
  now: number,
  duration: number,
): ReloadSchedule {
  const ended = {
    ...schedule,
    reloading: false,
    again: false,
    lastEnd: now,
    lastDuration: duration,
  };
  return schedule.again ? listsChanged(ended, now) : ended;
}
