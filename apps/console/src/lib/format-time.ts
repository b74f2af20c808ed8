const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** `2026-11-22 14:02:07 UTC+1` in the zone of the viewer. */
export function formatAbsolute(time: Date): string {
  return `${formatDate(time)} ${formatClock(time)} ${zoneOf(time)}`;
}

/** `2026-11-22`. */
export function formatDate(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** `14:02:07`. */
export function formatClock(time: Date): string {
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** The clock today, date and clock before. */
export function formatWhen(time: Date, now: number): string {
  const sameDay = formatDate(time) === formatDate(new Date(now));
  return sameDay ? formatClock(time) : `${formatDate(time).slice(5)} ${formatClock(time)}`;
}

export function zoneOf(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const sign = minutes < 0 ? "-" : "+";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${hours}${rest === 0 ? "" : `:${two(rest)}`}`;
}

/** "just now", "12 s ago", "5 min ago", "in 26 days". */
export function formatRelative(time: number, now: number): string {
  const distance = Math.abs(now - time);
  if (distance < 3 * SECOND) return "just now";
  const amount = span(distance);
  return time <= now ? `${amount} ago` : `in ${amount}`;
}

function span(milliseconds: number): string {
  if (milliseconds < 90 * SECOND) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < 90 * MINUTE) return `${Math.round(milliseconds / MINUTE)} min`;
  if (milliseconds < 36 * HOUR) return `${Math.round(milliseconds / HOUR)} h`;
  const days = Math.round(milliseconds / DAY);
  if (days < 730) return days === 1 ? "1 day" : `${days} days`;
  return `${Math.round(days / 365)} years`;
}

/** A lag in words: "0.4 s", "12 s", "3 min". */
export function formatLag(seconds: number): string {
  return seconds < 10 ? `${Math.round(seconds * 10) / 10} s` : span(seconds * SECOND);
}
