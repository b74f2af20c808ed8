import {
  type ErrorDetail,
  ok,
  type Result,
  type TagDefinition,
  type TagValue,
} from "@breakwater/protocol";
import { foldCase } from "./fold-case.ts";
import { refuse } from "./refusal.ts";
import { readTagTime } from "./tag-time.ts";

const LONGEST = 255;
const MOST_LISTED = 10;

type Refusal = ReturnType<typeof refuse>;
export type Check = (value: TagValue) => Result<TagValue, ErrorDetail>;

/** The check of one category, made ready; answers the value as it is stored. */
export function checkOf(definition: TagDefinition): Check {
  switch (definition.kind) {
    case "text":
      return (value) => checkText(definition, value);
    case "list":
      return listCheck(definition);
    case "date":
      return (value) => checkDate(definition, value);
    case "yes-no":
      return (value) => checkYesNo(definition, value);
    case "number":
      return (value) => checkNumber(definition, value);
  }
}

function checkText(definition: TagDefinition, given: TagValue): Result<TagValue, ErrorDetail> {
  const value = single(given);
  if (value === undefined) return severalRefused(definition, given);
  const text = String(value);
  if (text.length <= LONGEST) return typeof value === "string" ? ok(value) : ok(text);
  return refuseTag(definition, text, `it has more than ${LONGEST} characters`, "Shorten it");
}

function listCheck(definition: TagDefinition): Check {
  const { several, otherValues } = definition;
  const values = new Map(definition.values?.map((value) => [foldCase(value), value]));
  const stored = new Set(definition.values);
  const spell = (value: string | number | boolean): string | undefined => {
    const text = String(value);
    if (stored.has(text)) return text;
    return values.get(foldCase(text)) ?? (otherValues && text.length <= LONGEST ? text : undefined);
  };
  return (given) => {
    if (!Array.isArray(given)) {
      const value = spell(given);
      if (value === undefined) return notListed(definition, String(given));
      return ok(several ? [value] : value);
    }
    const spelt = given.map(spell);
    const missing = spelt.indexOf(undefined);
    if (missing >= 0) return notListed(definition, given[missing] ?? "");
    const distinct = [...new Set(spelt.filter((value) => value !== undefined))];
    if (several) return ok(isSame(distinct, given) ? given : distinct);
    const [value] = distinct;
    return value !== undefined && distinct.length === 1
      ? ok(value)
      : severalRefused(definition, given);
  };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at]);
}

function notListed(definition: TagDefinition, value: string): Refusal {
  const values = definition.values ?? [];
  const more = values.length > MOST_LISTED ? `, or another of its ${values.length} values` : "";
  const listed = `${values.slice(0, MOST_LISTED).join(", ")}${more}`;
  const remedy = `Give ${listed}; or add the value to the tag category`;
  return refuseTag(definition, value, "its list has no such value", remedy);
}

function checkDate(definition: TagDefinition, given: TagValue): Result<TagValue, ErrorDetail> {
  const value = single(given);
  if (value === undefined) return severalRefused(definition, given);
  const time = readTagTime(String(value));
  if (Number.isNaN(time)) {
    return refuseTag(
      definition,
      String(value),
      "it is no time",
      "Write it as 2030-01-31T12:00:00Z",
    );
  }
  const stored = new Date(time).toISOString();
  return ok(stored === value ? value : stored);
}

function checkYesNo(definition: TagDefinition, given: TagValue): Result<TagValue, ErrorDetail> {
  const value = single(given);
  if (value === undefined) return severalRefused(definition, given);
  if (typeof value === "boolean") return ok(value);
  const text = String(value);
  if (/^(?:true|t|yes|y)$/i.test(text)) return ok(true);
  if (/^(?:false|f|no|n)$/i.test(text)) return ok(false);
  return refuseTag(definition, text, "it is neither yes nor no", "Give yes or no");
}

function checkNumber(definition: TagDefinition, given: TagValue): Result<TagValue, ErrorDetail> {
  const value = single(given);
  if (value === undefined) return severalRefused(definition, given);
  const min = definition.min ?? Number.MIN_SAFE_INTEGER;
  const max = definition.max ?? Number.MAX_SAFE_INTEGER;
  const number = typeof value === "string" && /^[+-]?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) {
    return ok(number);
  }
  const remedy = `Give a whole number from ${min} to ${max}`;
  return refuseTag(definition, String(value), "it is not in the category's range", remedy);
}

/** The only value; undefined when there are several, or none. */
function single(value: TagValue): string | number | boolean | undefined {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : undefined;
}

function severalRefused(definition: TagDefinition, given: TagValue): Refusal {
  const values = [given].flat();
  const reason = `it takes one value, not ${values.length}`;
  return refuseTag(definition, values.join(", "), reason, "Give one value");
}

function refuseTag(
  { name }: TagDefinition,
  value: string,
  reason: string,
  remedy: string,
): Refusal {
  return refuse(`tags.${name}`, value, reason, remedy);
}
