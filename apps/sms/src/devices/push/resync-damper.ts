/*
 * When streams that a delta no longer reaches are told to fetch the whole set. While an import moves
 * the set all the time, what they fetch would be out of date at once.
 *
 *   even ──a stream falls behind──▶ behind ──quiet for QUIET_MS, or LONGEST_WAIT_MS over──▶ even
 *                                     │  ▲
 *                                     └──┘ the set moves
 */
export type ResyncDamper = {
  /** UNIX ms of the first stream that fell behind since the last announcement. */
  readonly behindSince: number | undefined;
  readonly lastMove: number;
};

export const QUIET_MS = 500;
export const LONGEST_WAIT_MS = 15_000;

export const initialResyncDamper: ResyncDamper = {
  behindSince: undefined,
  lastMove: Number.NEGATIVE_INFINITY,
};

export function setMoved(damper: ResyncDamper, now: number): ResyncDamper {
  return { ...damper, lastMove: now };
}

export function fellBehind(damper: ResyncDamper, now: number): ResyncDamper {
  return { ...damper, behindSince: damper.behindSince ?? now };
}

export function announced(damper: ResyncDamper): ResyncDamper {
  return { ...damper, behindSince: undefined };
}

/** When to tell them; undefined while nobody is behind. */
export function announcementDue({ behindSince, lastMove }: ResyncDamper): number | undefined {
  if (behindSince === undefined) return undefined;
  return Math.max(behindSince, Math.min(lastMove + QUIET_MS, behindSince + LONGEST_WAIT_MS));
}
