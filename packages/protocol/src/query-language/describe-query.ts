import { printDuration } from "./print-query.ts";
import type {
  Pattern,
  Query,
  QueryTerm,
  QueryTest,
  TagTest,
  TimeTest,
  Trait,
  Word,
} from "./query.ts";

/** A query in words, one sentence. */
export function describeQuery(query: Query): string {
  if (query.terms.length === 0) return "All entries.";
  return `Entries ${query.terms.map(describeTerm).join(", and ")}.`;
}

function describeTerm({ negated, test }: QueryTerm): string {
  if (test.field === "has")
    return `that have ${negated ? "no " : ""}${either(test.values.map(traitName))}`;
  return `${negated ? "not " : ""}${describeTest(test)}`;
}

function describeTest(test: Exclude<QueryTest, { field: "has" }>): string {
  switch (test.field) {
    case "value":
      return either(test.words.map(describeWord));
    case "covering":
      return `that cover ${either(test.values.map(({ text, as }) => as?.value ?? text))}`;
    case "type":
      return `of type ${either(test.values)}`;
    case "severity":
      return `of severity ${either(test.values)}`;
    case "action":
      return `with scan action ${either(test.values)}`;
    case "source":
      return `asserted by ${patterns(test.values)}`;
    case "filter":
      return `taken by the filter ${patterns(test.values)}`;
    case "profile":
      return `taken by a filter of the profile ${patterns(test.values)}`;
    case "tag":
      return `with the tag "${test.name}"${describeTag(test.test)}`;
    case "state":
      return `in the state ${either(test.values)}`;
    case "is":
      return `that are ${either(test.values)}`;
    case "expires":
      return either(test.times.map((time) => describeTime("that expire", "in", time)));
    case "added":
      return either(test.times.map((time) => describeTime("added", "in the last", time)));
    case "modified":
      return either(test.times.map((time) => describeTime("modified", "in the last", time)));
    case "seen":
      return `seen in events of the last ${printDuration(test.within)}`;
  }
}

function traitName(trait: Trait): string {
  return trait === "action" ? "scan action" : trait;
}

function describeWord({ match, text, as }: Word): string {
  if (as !== undefined && as.type !== "domain" && match === "any") {
    return as.type === "cidr" ? `inside or overlapping ${as.value}` : `with the value ${as.value}`;
  }
  switch (match) {
    case "any":
    case "substring":
      return `whose value contains "${as?.value ?? text}"`;
    case "exact":
      return `with the value "${as?.value ?? text}"`;
    case "prefix":
      return `whose value begins with "${text}"`;
    case "suffix":
      return `whose value ends with "${text}"`;
  }
}

function patterns(values: readonly Pattern[]): string {
  return either(values.map(describePattern));
}

function describePattern({ match, text }: Pattern): string {
  switch (match) {
    case "exact":
      return `"${text}"`;
    case "prefix":
      return `"${text}…"`;
    case "suffix":
      return `"…${text}"`;
    case "substring":
      return `"…${text}…"`;
  }
}

function describeTag(test: TagTest): string {
  switch (test.op) {
    case "has":
      return "";
    case "is":
      return ` = ${patterns(test.values)}`;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ` ${test.op} ${test.value}`;
  }
}

function describeTime(verb: string, within: string, test: TimeTest): string {
  switch (test.kind) {
    case "never":
      return `${verb} never`;
    case "distance":
      return test.op === "<"
        ? `${verb} ${within === "in" ? "within" : within} ${printDuration(test)}`
        : `${verb} ${within === "in" ? "in more than" : "longer ago than"} ${printDuration(test)}`;
    case "date":
      return `${verb} ${describeDate(test)}`;
    case "range":
      return `${verb} ${describeRange(test.from, test.to)}`;
  }
}

function describeDate({ op, date }: Extract<TimeTest, { kind: "date" }>): string {
  switch (op) {
    case "=":
      return `on ${date}`;
    case "<":
      return `before ${date}`;
    case "<=":
      return `up to ${date}`;
    case ">":
      return `after ${date}`;
    case ">=":
      return `from ${date} on`;
  }
}

function describeRange(from: string | null, to: string | null): string {
  if (from === null) return `up to ${to ?? ""}`;
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}

function either(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
