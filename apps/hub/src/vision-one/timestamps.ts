import { invalidField } from "@breakwater/protocol";

const FORMAT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;

/** What clients get for "never expires": they insist on a date. */
export const FAR_FUTURE = "9999-12-31T23:59:59Z";

/** `yyyy-MM-ddTHH:mm:ssZ`: clients do not read fractions. */
export function toPublicTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Reads ISO 8601; without a zone it is UTC. Throws InvalidRequest that names the parameter. */
export function fromPublicTime(name: string, text: string | undefined): Date | undefined {
  if (text === undefined || text === "") return undefined;
  // A plus sign that was not percent-encoded arrives as a blank.
  const [, time, fraction = "", zone = "Z"] = FORMAT.exec(text.replace(" ", "+")) ?? [];
  const date = new Date(`${time}${fraction.slice(0, 4)}${zone}`);
  if (time === undefined || Number.isNaN(date.getTime())) {
    throw invalidField(name, text, "it is not a time", "Write it as 2026-01-31T12:00:00Z");
  }
  return date;
}
