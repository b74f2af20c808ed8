/*
 * When to renew a certificate, and when to worry.
 *
 *                tick, due                     renewed
 *   resting ───────────────────▶ renewing ───────────────▶ resting, new certificate
 *      ▲                            │
 *      └──────── failed ────────────┘   next attempt after 15 min · 2ⁿ, at most a day
 *
 * Due: less than 30 days (or a third of the lifetime) are left, less up to a day of jitter.
 * Alarms at 14, 7 and 1 days and at expiry, only after an attempt has failed.
 *
 * Clock guard: time is never taken to be earlier than the latest time an authenticated
 * server told us, so a clock that fell back cannot let a certificate lapse unnoticed.
 */
const MINUTE = 60_000;
const DAY = 86_400_000;
const WINDOW = 30 * DAY;
const JITTER = DAY;
const FIRST_RETRY = 15 * MINUTE;
/** Smaller differences between two clocks are normal. */
const CLOCK_TOLERANCE = 5 * MINUTE;

export const ALARM_LEVELS = ["none", "14-days", "7-days", "1-day", "expired"] as const;
export type AlarmLevel = (typeof ALARM_LEVELS)[number];

/** Times in ms since 1970. */
export type RenewalState = {
  readonly phase: "resting" | "renewing";
  readonly notAfter: number;
  readonly dueAt: number;
  readonly nextAttemptAt: number;
  /** Failed attempts since the last success. */
  readonly failures: number;
  readonly alarm: AlarmLevel;
  /** The latest time heard from the server; 0 before the first. */
  readonly serverTime: number;
  readonly isClockBehind: boolean;
};

export type Certificate = { readonly notBefore: number; readonly notAfter: number };

/** `jitter` is a random number in [0, 1). */
export type RenewalInput =
  | { readonly kind: "tick"; readonly now: number }
  | { readonly kind: "renewed"; readonly certificate: Certificate; readonly jitter: number }
  | { readonly kind: "failed"; readonly now: number; readonly jitter: number }
  | { readonly kind: "server-time"; readonly time: number };

export type RenewalEffect =
  /** Must be answered by "renewed" or "failed". */
  | { readonly kind: "renew" }
  | { readonly kind: "alarm"; readonly level: AlarmLevel; readonly daysLeft: number }
  | { readonly kind: "alarm-cleared" }
  | { readonly kind: "clock-behind"; readonly byMs: number }
  | { readonly kind: "clock-recovered" };

export type RenewalTransition = {
  readonly state: RenewalState;
  readonly effects: readonly RenewalEffect[];
};

/** The state after a start or a renewal. */
export function initialRenewalState(
  certificate: Certificate,
  jitter: number,
  serverTime = 0,
): RenewalState {
  const { notBefore, notAfter } = certificate;
  const window = Math.min(WINDOW, (notAfter - notBefore) / 3);
  const dueAt = notAfter - window + jitter * Math.min(JITTER, window / 10);
  return {
    phase: "resting",
    notAfter,
    dueAt,
    nextAttemptAt: dueAt,
    failures: 0,
    alarm: "none",
    serverTime,
    isClockBehind: false,
  };
}

export function renewalStep(state: RenewalState, input: RenewalInput): RenewalTransition {
  switch (input.kind) {
    case "tick":
      return onTick(state, input.now);
    case "renewed": {
      const next = initialRenewalState(input.certificate, input.jitter, state.serverTime);
      const effects: RenewalEffect[] = state.alarm === "none" ? [] : [{ kind: "alarm-cleared" }];
      return { state: { ...next, isClockBehind: state.isClockBehind }, effects };
    }
    case "failed": {
      const wait = retryDelay(state.failures, input.jitter);
      const nextAttemptAt = timeOf(state, input.now) + wait;
      const next = {
        ...state,
        phase: "resting" as const,
        failures: state.failures + 1,
        nextAttemptAt,
      };
      return withAlarm(next, timeOf(state, input.now));
    }
    case "server-time":
      return { state: { ...state, serverTime: laterServerTime(state, input.time) }, effects: [] };
  }
}

function onTick(state: RenewalState, now: number): RenewalTransition {
  const time = timeOf(state, now);
  const clock = withClock(time < state.dueAt ? withoutFailures(state) : state, now);
  const alarm = withAlarm(clock.state, time);
  const effects = [...clock.effects, ...alarm.effects];
  const isDue = time >= state.dueAt && isAttemptDue(state, time);
  if (state.phase === "renewing" || !isDue) return { state: alarm.state, effects };
  return { state: { ...alarm.state, phase: "renewing" }, effects: [...effects, { kind: "renew" }] };
}

/** Attempts that a clock far ahead made too early say nothing about the ones to come. */
function withoutFailures(state: RenewalState): RenewalState {
  return state.failures === 0 ? state : { ...state, failures: 0, nextAttemptAt: state.dueAt };
}

function timeOf(state: RenewalState, now: number): number {
  return Math.max(now, state.serverTime);
}

/** A next attempt more than the longest wait away was set by a clock that has since fallen back. */
function isAttemptDue(state: RenewalState, time: number): boolean {
  return time >= state.nextAttemptAt || state.nextAttemptAt - time > DAY;
}

/** Between half and the whole of the back-off, so that a fleet does not come at once. */
function retryDelay(failures: number, jitter: number): number {
  const delay = Math.min(FIRST_RETRY * 2 ** Math.min(failures, 20), DAY);
  return delay * (0.5 + jitter / 2);
}

function withAlarm(state: RenewalState, time: number): RenewalTransition {
  const level = state.failures === 0 ? "none" : alarmAt(state.notAfter - time);
  if (level === state.alarm) return { state, effects: [] };
  const next = { ...state, alarm: level };
  if (level === "none") return { state: next, effects: [{ kind: "alarm-cleared" }] };
  const daysLeft = Math.max(0, Math.floor((state.notAfter - time) / DAY));
  // Back to a milder level happens when a wrong clock is corrected; it is worth telling too.
  return { state: next, effects: [{ kind: "alarm", level, daysLeft }] };
}

function alarmAt(left: number): AlarmLevel {
  if (left <= 0) return "expired";
  if (left <= DAY) return "1-day";
  if (left <= 7 * DAY) return "7-days";
  return left <= 14 * DAY ? "14-days" : "none";
}

function withClock(state: RenewalState, now: number): RenewalTransition {
  const byMs = state.serverTime - now;
  const isClockBehind = byMs > CLOCK_TOLERANCE;
  if (isClockBehind === state.isClockBehind) return { state, effects: [] };
  const effect: RenewalEffect = isClockBehind
    ? { kind: "clock-behind", byMs }
    : { kind: "clock-recovered" };
  return { state: { ...state, isClockBehind }, effects: [effect] };
}

/** Never earlier, unless the server itself corrected a clock that was far ahead. */
function laterServerTime(state: RenewalState, time: number): number {
  return time < state.serverTime - DAY ? time : Math.max(state.serverTime, time);
}
