import { ScanAction, Severity, TAG, type Tags, type TagValue } from "@breakwater/protocol";
import {
  checkTags,
  definitionOf,
  readTagTime,
  type TagDefinitions,
} from "@breakwater/reputation-set";
import { shown } from "./web-api-error.ts";

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

/** Reads `Category,Value,Category,Value`, already split. `now` in ms. Throws TagDataError. */
export function readTagData(
  fields: readonly string[],
  categories: TagDefinitions,
  now: number,
): TagData {
  const values = collect(fields, categories);
  const severity = take(values, TAG.severity);
  const scanAction = take(values, TAG.scanAction);
  const ttl = take(values, TAG.ttl);
  const tags = storedTags(values, categories);
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

function collect(fields: readonly string[], categories: TagDefinitions): Map<string, string[]> {
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
    const name = definitionOf(categories, given)?.name ?? given;
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
function storedTags(values: ReadonlyMap<string, string[]>, categories: TagDefinitions): Tags {
  const given = [...values].map(([name, list]): [string, TagValue] => {
    const tooLong = list.find((value) => value.length > LONGEST);
    if (tooLong !== undefined) {
      throw new TagDataError(`The value of ${shown(name)} has more than ${LONGEST} characters.`);
    }
    return [name, list.length === 1 ? (list[0] ?? "") : list];
  });
  const checked = checkTags(categories, Object.fromEntries(given));
  if (checked.ok) return checked.value;
  const { field = "tags", value = "", reason, remedy } = checked.error;
  const name = shown(field.replace(/^tags\./, ""));
  throw new TagDataError(`${name} cannot be ${shown(value)}: ${reason}. ${remedy ?? ""}`.trim());
}

function oneOf<T extends string>(name: string, options: readonly T[], value: string): T {
  const found = options.find((option) => option.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new TagDataError(`${shown(name)} is one of ${options.join(", ")}, not ${shown(value)}.`);
}

function readExpiry(value: string, now: number): number {
  const time = readTagTime(value);
  if (Number.isNaN(time)) {
    throw new TagDataError(
      `${shown(TAG.ttl)} is a time such as 2030-01-31T12:00:00Z, not ${shown(value)}.`,
    );
  }
  if (time > now) return time;
  throw new TagDataError(`${shown(TAG.ttl)} lies in the past: ${shown(value)}.`);
}
