import {
  ScanAction,
  Severity,
  TAG,
  type TagKind,
  type Tags,
  type TagValue,
} from "@breakwater/protocol";
import { shown } from "./web-api-error.ts";

export type Categories = ReadonlyMap<string, { name: string; kind: TagKind }>;

/** What tags say about an entry. `expires` in ms since 1970. */
export type TagData = {
  severity: Severity | null;
  scanAction: ScanAction | null;
  expires: number | null;
  /** The publisher among the tags, which names the source. */
  publisher: string | null;
  tags: Tags;
};

/** What is wrong with a list of tags, in words for whoever sent it. */
export class TagDataError extends Error {}

const MOST_CATEGORIES = 50;
const LONGEST = 255;
const LIST_SEPARATOR = "~~~";

/** By lower-case name, because clients write names in any case. */
export function categoryIndex(list: readonly { name: string; kind: TagKind }[]): Categories {
  return new Map(list.map((category) => [category.name.toLowerCase(), category]));
}

/** Reads `Category,Value,Category,Value`, already split. `now` in ms. Throws TagDataError. */
export function readTagData(
  fields: readonly string[],
  categories: Categories,
  now: number,
): TagData {
  const values = collect(fields, categories);
  const severity = take(values, TAG.severity);
  const scanAction = take(values, TAG.scanAction);
  const ttl = take(values, TAG.ttl);
  const tags = Object.fromEntries(
    [...values].map(([name, list]) => [
      name,
      toTagValue(name, categories.get(name.toLowerCase())?.kind, list),
    ]),
  );
  const publisher = values.get(TAG.publisher)?.[0] ?? null;
  return {
    severity: severity === undefined ? null : oneOf(TAG.severity, Severity.options, severity),
    scanAction:
      scanAction === undefined ? null : oneOf(TAG.scanAction, ScanAction.options, scanAction),
    expires: ttl === undefined ? null : readExpiry(ttl, now),
    publisher,
    tags,
  };
}

function collect(fields: readonly string[], categories: Categories): Map<string, string[]> {
  if (fields.length % 2 !== 0) {
    throw new TagDataError(
      `Tags come as Category,Value pairs, and ${shown(fields.at(-1) ?? "")} has no partner. Put a value with a comma in double quotes.`,
    );
  }
  if (fields.length > 2 * MOST_CATEGORIES) {
    throw new TagDataError(`There are more than ${MOST_CATEGORIES} tags.`);
  }
  const values = new Map<string, string[]>();
  for (let at = 0; at < fields.length; at += 2) {
    const given = fields[at] ?? "";
    const name = categories.get(given.toLowerCase())?.name ?? given;
    if (name === "" || name.length > LONGEST) {
      throw new TagDataError(
        `${shown(given)} is no name of a tag category (1 to ${LONGEST} characters).`,
      );
    }
    const parts = (fields[at + 1] ?? "").split(LIST_SEPARATOR).map((part) => part.trim());
    values.set(name, [...new Set([...(values.get(name) ?? []), ...parts])]);
  }
  return values;
}

function take(values: Map<string, string[]>, name: string): string | undefined {
  const list = values.get(name);
  values.delete(name);
  return list === undefined ? undefined : single(name, list);
}

function single(name: string, list: readonly string[]): string {
  const [value = "", second] = list;
  if (second === undefined) return value;
  throw new TagDataError(`${shown(name)} takes one value, not ${list.length}.`);
}

/** A category that this SMS does not know is text, or a list when it has several values. */
function toTagValue(name: string, kind: TagKind | undefined, list: readonly string[]): TagValue {
  const tooLong = list.find((value) => value.length > LONGEST);
  if (tooLong !== undefined) {
    throw new TagDataError(`The value of ${shown(name)} has more than ${LONGEST} characters.`);
  }
  switch (kind) {
    case undefined:
    case "list":
      return list.length === 1 ? (list[0] ?? "") : [...list];
    case "text":
      return single(name, list);
    case "number":
      return readNumber(name, single(name, list));
    case "yes-no":
      return readYesNo(name, single(name, list));
    case "date":
      return new Date(readTime(name, single(name, list))).toISOString();
  }
}

function oneOf<T extends string>(name: string, options: readonly T[], value: string): T {
  const found = options.find((option) => option.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new TagDataError(`${shown(name)} is one of ${options.join(", ")}, not ${shown(value)}.`);
}

function readNumber(name: string, value: string): number {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  throw new TagDataError(`${shown(name)} is a number, not ${shown(value)}.`);
}

function readYesNo(name: string, value: string): boolean {
  if (/^(?:true|t|yes|y)$/i.test(value)) return true;
  if (/^(?:false|f|no|n)$/i.test(value)) return false;
  throw new TagDataError(`${shown(name)} is yes or no, not ${shown(value)}.`);
}

function readExpiry(value: string, now: number): number {
  const time = readTime(TAG.ttl, value);
  if (time > now) return time;
  throw new TagDataError(`${shown(TAG.ttl)} lies in the past: ${shown(value)}.`);
}

/** ISO 8601, or the same with a space; UTC where no zone is named. Or seconds or ms since 1970. */
function readTime(name: string, value: string): number {
  if (/^\d{9,10}$/.test(value)) return Number(value) * 1_000;
  if (/^\d{12,13}$/.test(value)) return Number(value);
  const iso =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$/i;
  const [, date, clock = "00:00", zone = "Z"] = iso.exec(value) ?? [];
  const offset = /^[+-]/.test(zone) ? zone : "Z";
  const time = date === undefined ? Number.NaN : Date.parse(`${date}T${clock}${offset}`);
  if (!Number.isNaN(time)) return time;
  throw new TagDataError(
    `${shown(name)} is a time such as 2030-01-31T12:00:00Z, not ${shown(value)}.`,
  );
}
