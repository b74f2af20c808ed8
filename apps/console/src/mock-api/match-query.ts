import type { Entry } from "@breakwater/protocol";
import {
  type Pattern,
  parseQuery,
  type QueryTest,
  type TimeField,
  type TimeTest,
  timeBounds,
  type Word,
} from "@breakwater/protocol/query-language";
import { recogniseValue } from "../lib/recognise-value.ts";
import { covers } from "./mock-covers.ts";
import { OWN_SOURCE } from "./sms-state.ts";

const DAY = 86_400_000;

/** Good enough for a mock: which entries a query finds. */
export function matchQuery(text: string | undefined): (entry: Entry) => boolean {
  const { query } = parseQuery(text ?? "", recogniseValue);
  return (entry) => query.terms.every(({ test, negated }) => holds(test, entry) !== negated);
}

function holds(test: QueryTest, entry: Entry): boolean {
  switch (test.field) {
    case "value":
      return test.words.some((word) => matchesWord(word, entry));
    case "covering":
      return test.values.some(({ as }) => as !== undefined && covers(entry, as));
    case "type":
      return test.values.includes(entry.type);
    case "severity":
      return entry.severity !== null && test.values.includes(entry.severity);
    case "action":
      return entry.scanAction !== null && test.values.includes(entry.scanAction);
    case "source":
      return entry.sources.some((source) => fits(test.values, source));
    case "filter":
      return fits(test.values, entry.filter?.name);
    case "profile":
      return fits(test.values, entry.filter?.profile);
    case "tag":
      return hasTag(test, entry);
    case "has":
      return test.values.some((trait) => traitOf(trait, entry));
    case "state":
      return test.values.includes(entry.enforcement.state);
    case "is":
      return test.values.some((condition) => conditionOf(condition, entry));
    case "expires":
      return test.times.some((time) => within("expires", time, entry.expires));
    case "added":
      return test.times.some((time) => within("added", time, entry.created));
    case "modified":
      return test.times.some((time) => within("modified", time, entry.lastModified));
    case "seen":
      return Number(entry.id) % 40 === 0;
  }
}

function matchesWord({ match, text, as }: Word, entry: Entry): boolean {
  const value = entry.value.toLowerCase();
  const wanted = (as?.value ?? text).toLowerCase().replace(/^https?:\/\//, "");
  if (match !== "any") return fits([{ match, text: wanted }], value);
  if (as !== undefined && as.type !== "domain")
    return value === wanted || (as.type === "cidr" && covers(as, entry));
  return value.includes(wanted);
}

function fits(patterns: readonly Pattern[], given: string | undefined): boolean {
  const value = given?.toLowerCase();
  if (value === undefined) return false;
  return patterns.some(({ match, text }) => {
    const wanted = text.toLowerCase();
    switch (match) {
      case "exact":
        return value === wanted;
      case "prefix":
        return value.startsWith(wanted);
      case "suffix":
        return value.endsWith(wanted);
      case "substring":
        return value.includes(wanted);
    }
  });
}

function hasTag({ name, test }: Extract<QueryTest, { field: "tag" }>, entry: Entry): boolean {
  const value = entry.tags[name];
  if (value === undefined) return false;
  if (test.op === "has") return true;
  if (test.op === "is") return [value].flat().some((one) => fits(test.values, String(one)));
  return test.op.startsWith(">")
    ? Number(value) > Number(test.value)
    : Number(value) < Number(test.value);
}

function traitOf(trait: string, entry: Entry): boolean {
  switch (trait) {
    case "tag":
      return Object.keys(entry.tags).length > 0;
    case "expiry":
      return entry.expires !== null;
    case "severity":
      return entry.severity !== null;
    case "action":
      return entry.scanAction !== null;
    default:
      return true;
  }
}

function conditionOf(condition: string, entry: Entry): boolean {
  switch (condition) {
    case "held":
      return entry.held !== null;
    case "excepted":
      return entry.enforcement.state === "excepted";
    case "new":
      return Date.parse(entry.created) > Date.now() - DAY;
    default:
      return entry.sources.includes(OWN_SOURCE);
  }
}

function within(field: TimeField, test: TimeTest, time: string | null): boolean {
  const bounds = timeBounds(field, test, Date.now());
  if (bounds === "never" || time === null) return bounds === "never" && time === null;
  const at = Date.parse(time);
  return (bounds.from === null || at >= bounds.from) && (bounds.to === null || at < bounds.to);
}
