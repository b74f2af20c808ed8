/**
 * Reads a time as people and products write it, in ms since 1970; NaN when it is none. ISO 8601, or the
 * same with a space (`2030-01-31 12:00:00 UTC`), UTC where no zone is named; or seconds or ms since 1970.
 */
export function readTagTime(text: string): number {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  const [, year, month, day, clock = "00:00", zone = "Z"] = WRITTEN.exec(text) ?? [];
  if (year === undefined || Number(day) > daysOf(Number(year), Number(month))) return Number.NaN;
  const offset = /^[+-]/.test(zone) ? zone : "Z";
  return Date.parse(`${year}-${month}-${day}T${clock}${offset}`);
}

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$/i;

/** JavaScript takes 31 February for 3 March. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The one form in which times are stored, so that they compare as text. */
export const STORED_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$/;
