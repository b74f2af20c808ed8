import { fail, ok, type Result } from "../result.ts";
import {
  type Comparison,
  type Duration,
  TIME_UNITS,
  type TimeField,
  type TimeTest,
  type TimeUnit,
} from "./query.ts";

const DURATION = /^(\d{1,5})([mhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/;
const DAY_LENGTH = 10;
const DAY_MS = TIME_UNITS.d;

const REMEDY =
  "Write a time as 24h, 7d or 4w from now, as 2026-12-01, as 2026-12-01..2027-01-01, or as never";

/** What a time demands, as written behind a field that holds a moment. */
export function parseTimeTest(text: string, op: Comparison | undefined): Result<TimeTest, string> {
  const lower = text.toLowerCase();
  if (lower === "never" && op === undefined) return ok({ kind: "never" });
  const duration = parseDuration(lower);
  if (duration !== undefined) {
    return ok({ kind: "distance", op: op?.startsWith(">") === true ? ">" : "<", ...duration });
  }
  const bounds = text.split("..");
  if (bounds.length === 2 && op === undefined) return parseRange(bounds[0] ?? "", bounds[1] ?? "");
  const date = parseDate(text);
  if (date === undefined) return fail(`"${text}" is no time. ${REMEDY}.`);
  return ok({ kind: "date", op: op ?? "=", date });
}

export function parseDuration(text: string): Duration | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return amount === undefined ? undefined : { amount: Number(amount), unit: unit as TimeUnit };
}

function parseRange(left: string, right: string): Result<TimeTest, string> {
  const from = left === "" ? null : parseDate(left);
  const to = right === "" ? null : parseDate(right);
  if (from === undefined || to === undefined || (from === null && to === null)) {
    return fail(`"${left}..${right}" is no range of dates. ${REMEDY}.`);
  }
  return ok({ kind: "range", from, to });
}

/** In one spelling: the day, or the moment with seconds; undefined for what is in no calendar. */
export function parseDate(text: string): string | undefined {
  if (!DATE.test(text)) return undefined;
  const isDay = text.length === DAY_LENGTH;
  const time = Date.parse(isDay || text.endsWith("Z") ? text : `${text}Z`);
  if (Number.isNaN(time)) return undefined;
  const iso = new Date(time).toISOString();
  if (!iso.startsWith(text.slice(0, DAY_LENGTH))) return undefined;
  return isDay ? text : `${iso.slice(0, 19)}Z`;
}

export function durationMs({ amount, unit }: Duration): number {
  return amount * TIME_UNITS[unit];
}

/** Moments in ms since 1970, `to` exclusive; null: open on that side. */
export type TimeBounds = { from: number | null; to: number | null };

/** The moments that satisfy a test; `never`: only what has no moment does. */
export function timeBounds(field: TimeField, test: TimeTest, now: number): TimeBounds | "never" {
  switch (test.kind) {
    case "never":
      return "never";
    case "distance":
      return distanceBounds(field, test, now);
    case "date":
      return dateBounds(test);
    case "range":
      return {
        from: test.from === null ? null : Date.parse(test.from),
        to: test.to === null ? null : endOf(test.to),
      };
  }
}

function distanceBounds(
  field: TimeField,
  test: Extract<TimeTest, { kind: "distance" }>,
  now: number,
): TimeBounds {
  const away = durationMs(test);
  if (field === "expires") {
    return test.op === "<" ? { from: null, to: now + away } : { from: now + away, to: null };
  }
  return test.op === "<" ? { from: now - away, to: null } : { from: null, to: now - away };
}

function dateBounds({ op, date }: Extract<TimeTest, { kind: "date" }>): TimeBounds {
  switch (op) {
    case "=":
      return { from: Date.parse(date), to: endOf(date) };
    case "<":
      return { from: null, to: Date.parse(date) };
    case "<=":
      return { from: null, to: endOf(date) };
    case ">":
      return { from: endOf(date), to: null };
    case ">=":
      return { from: Date.parse(date), to: null };
  }
}

/** A day ends with its midnight, a moment after its second. */
function endOf(date: string): number {
  return Date.parse(date) + (date.length === DAY_LENGTH ? DAY_MS : 1000);
}
