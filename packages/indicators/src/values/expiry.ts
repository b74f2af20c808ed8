/** Hours from UTC of the zone names that mean one thing only. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  UT: 0,
  GMT: 0,
  Z: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
};
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const NEVER = new Set(["", "-", "never", "none", "null", "permanent"]);
/** The end of the year 9999. */
const LATEST = 253_402_300_799_999;

const RELATIVE = /^\+?\s*(\d{1,7})\s*([smhdw])$/i;
const DATE =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ]\s*(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([a-z]{1,4}|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * When something expires, in milliseconds since 1970; `null` for never, undefined when the text is
 * no date. ISO 8601 or `YYYY-MM-DD hh:mm:ss` with or without a zone (UTC then; a date alone is its
 * first moment), seconds or milliseconds since 1970, or `+7d`, `12h` from `now` on.
 */
export function parseExpiry(text: string, now: number): number | null | undefined {
  if (NEVER.has(text.toLowerCase())) return null;
  if (/^\d{9,14}(?:\.\d{1,9})?$/.test(text)) return ofEpoch(Number(text));
  const relative = RELATIVE.exec(text);
  if (relative !== null) return inRange(now + Number(relative[1]) * unitOf(relative[2]));
  const date = DATE.exec(text);
  return date === null ? undefined : ofDate(date);
}

/** Eleven digits of seconds reach the year 5138, twelve of milliseconds begin in 1973. */
function ofEpoch(value: number): number | undefined {
  return inRange(Math.round(value < 1e11 ? value * 1000 : value));
}

function unitOf(letter = ""): number {
  return UNITS[letter.toLowerCase()] ?? Number.NaN;
}

function ofDate(match: RegExpExecArray): number | undefined {
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "0", zone] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  // A day or hour that does not exist rolls over into the next one.
  if (date.getUTCDate() !== d || date.getUTCMonth() !== mo - 1 || date.getUTCHours() !== h)
    return undefined;
  if (mi > 59 || s > 59) return undefined;
  const shift = zone === undefined ? 0 : zoneShift(zone.toUpperCase());
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  return shift === undefined ? undefined : inRange(date.getTime() + ms - shift);
}

function zoneShift(zone: string): number | undefined {
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (offset === null) {
    const hours = ZONES[zone];
    return hours === undefined ? undefined : hours * 3_600_000;
  }
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
  return (offset[1] === "-" ? -minutes : minutes) * 60_000;
}

function inRange(value: number): number | undefined {
  return value >= 0 && value <= LATEST ? value : undefined;
}
