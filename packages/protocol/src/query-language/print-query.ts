import type {
  Duration,
  Pattern,
  Query,
  QueryTerm,
  QueryTest,
  TagTest,
  TimeTest,
  Word,
} from "./query.ts";
import { scanTerms } from "./scan-terms.ts";

/** The canonical text of a query: parsing it gives the same query again. */
export function printQuery(query: Query): string {
  return query.terms.map(printTerm).join(" ");
}

export function printTerm({ negated, test }: Pick<QueryTerm, "negated" | "test">): string {
  if (test.field === "has" && negated) return `no:${test.values.join(",")}`;
  return `${negated ? "-" : ""}${printTest(test)}`;
}

function printTest(test: QueryTest): string {
  switch (test.field) {
    case "value":
      return test.words.map((word) => printWord(word, test.words.length > 1)).join(",");
    case "covering":
      return `covering:${test.values.map(({ text }) => quoted(text, isPlainValue)).join(",")}`;
    case "type":
    case "severity":
    case "action":
    case "has":
    case "state":
    case "is":
      return `${test.field}:${test.values.join(",")}`;
    case "source":
    case "filter":
    case "profile":
      return `${test.field}:${test.values.map((one) => printPattern(one, isPlainValue)).join(",")}`;
    case "tag":
      return printTag(test.name, test.test);
    case "expires":
    case "added":
    case "modified":
      return `${test.field}:${test.times.map(printTime).join(",")}`;
    case "seen":
      return `seen:${printDuration(test.within)}`;
  }
}

function printTag(name: string, test: TagTest): string {
  const quotedName = quoted(name, () => false);
  if (test.op === "has") return `tag:${quotedName}`;
  if (test.op === "is") {
    return `${quotedName}:${test.values.map((one) => printPattern(one, isPlainValue)).join(",")}`;
  }
  return `${quotedName}${test.op}${test.value}`;
}

function printWord(word: Word, listed: boolean): string {
  if (word.match === "any") {
    return quoted(word.text, (text) => isPlainWord(text) && !(listed && TAKES_COMMAS.test(text)));
  }
  return printPattern({ match: word.match, text: word.text }, isPlainPart, true);
}

/** `explicit`: where plain text would not mean `exact`. */
function printPattern(
  { match, text }: Pattern,
  isPlain: (text: string) => boolean,
  explicit = false,
): string {
  const body = quoted(text, isPlain);
  switch (match) {
    case "exact":
      return explicit ? `=${body}` : body;
    case "prefix":
      return `${body}*`;
    case "suffix":
      return `*${body}`;
    case "substring":
      return `*${body}*`;
  }
}

function printTime(test: TimeTest): string {
  switch (test.kind) {
    case "never":
      return "never";
    case "distance":
      return `${test.op}${printDuration(test)}`;
    case "date":
      return `${test.op === "=" ? "" : test.op}${test.date}`;
    case "range":
      return `${test.from ?? ""}..${test.to ?? ""}`;
  }
}

export function printDuration({ amount, unit }: Duration): string {
  return `${amount}${unit}`;
}

function quoted(text: string, isPlain: (text: string) => boolean): string {
  return isPlain(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Nothing that separates, compares, negates or stands for other signs. */
const PLAIN = /^[^\s",*=<>!-][^\s",*]*$/;

/** A path, which a comma would belong to; the length of a prefix is none. */
const TAKES_COMMAS = /\/(?!\d{1,3}$)/;

function isPlainValue(text: string): boolean {
  return PLAIN.test(text);
}

/** The same, and not to be taken for a field. */
function isPlainWord(text: string): boolean {
  if (!PLAIN.test(text)) return false;
  const [term, another] = scanTerms(text);
  return another === undefined && term?.name === undefined && term?.values[0]?.text === text;
}

/** Beside other signs it is not looked at whether it could be an address. */
function isPlainPart(text: string): boolean {
  return isPlainWord(text) && !/[:/]/.test(text);
}
