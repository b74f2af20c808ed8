import type { Comparison, Span } from "./query.ts";

export type RawOperator = ":" | "=" | Comparison;

export type RawValue = Span & {
  /** `=`: exactly this. `*`: anything may stand before it. */
  lead: "" | "=" | "*";
  text: string;
  quoted: boolean;
  /** `*`: anything may stand behind it. */
  tail: "" | "*";
  /** A comparison in front of the value, as in `expires:<24h`. */
  op: Comparison | undefined;
};

/** A term as written. `name` undefined: bare words. */
export type RawTerm = Span & {
  negated: boolean;
  name: (Span & { text: string; quoted: boolean }) | undefined;
  op: RawOperator | undefined;
  values: RawValue[];
  /** Where a quotation mark was opened and never closed. */
  unclosed: number | undefined;
};

/** The values of the field `tag` are a name, an operator, and what to compare with. */
const NAME_IN_VALUE = "tag";

const HEAD = /[a-z]+(?=:(?!\/\/)|[<>])/iy;
const OPERATOR = /[<>]=?|[:=]/y;
const COMPARISON = /[<>]=?/y;
/** An IPv6 address may begin with letters and a colon. */
const IPV6 = /[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*(?:\/\d+)?(?=[\s,]|$)/iy;
const SCHEME = /h(?:tt|xx|\*\*)ps?\[?:/iy;
const SPACE = /\s/;

/** Splits a query into terms. Takes any text, in time linear in its length. */
export function scanTerms(text: string): RawTerm[] {
  const terms: RawTerm[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const term = scanTerm(text, at);
    terms.push(term);
    at = skipSpace(text, term.to);
  }
  return terms;
}

function scanTerm(text: string, from: number): RawTerm {
  const sign = text[from];
  const negated = (sign === "-" || sign === "!") && !isBreak(text[from + 1]);
  const start = from + (negated ? 1 : 0);
  const term: RawTerm = {
    from,
    to: start,
    negated,
    name: undefined,
    op: undefined,
    values: [],
    unclosed: undefined,
  };
  const name = scanName(text, start);
  if (name === undefined) return withValues(text, term, start);
  term.name = name.name;
  term.op = name.op;
  if (name.name.text.toLowerCase() === NAME_IN_VALUE && !name.name.quoted) {
    return withTagName(text, term, name.next);
  }
  return withValues(text, term, name.next);
}

type ScannedName = { name: Exclude<RawTerm["name"], undefined>; op: RawOperator; next: number };

function scanName(text: string, at: number): ScannedName | undefined {
  if (text[at] === '"') {
    const quote = scanQuoted(text, at);
    const op = operatorAt(text, quote.next);
    if (op === undefined || !quote.closed) return undefined;
    const name = { from: at, to: quote.next, text: quote.text, quoted: true };
    return { name, op, next: quote.next + op.length };
  }
  if (matchAt(IPV6, text, at) !== undefined) return undefined;
  const head = matchAt(HEAD, text, at);
  if (head === undefined) return undefined;
  const op = operatorAt(text, at + head.length) ?? ":";
  const name = { from: at, to: at + head.length, text: head, quoted: false };
  return { name, op, next: at + head.length + op.length };
}

/** `tag:"Name"`, `tag:"Name"=a,b`, `tag:"Name">5`: the name moves into the field. */
function withTagName(text: string, term: RawTerm, at: number): RawTerm {
  const named = text[at] === '"' ? scanQuoted(text, at) : scanPlainName(text, at);
  if (!named.closed) term.unclosed = at;
  term.name = { from: at, to: named.next, text: named.text, quoted: true };
  const op = operatorAt(text, named.next);
  term.op = op;
  term.to = named.next;
  return op === undefined ? term : withValues(text, term, named.next + op.length);
}

function scanPlainName(text: string, at: number) {
  let next = at;
  while (next < text.length && !isBreak(text[next]) && !isOperatorSign(text[next])) next += 1;
  return { text: text.slice(at, next), next, closed: true };
}

/** Values joined by commas. Bare ones may have a space behind the comma, as lists are pasted. */
function withValues(text: string, term: RawTerm, start: number): RawTerm {
  const bare = term.name === undefined;
  let at = start;
  for (;;) {
    const { value, closed } = scanValue(text, at, bare);
    if (!closed) term.unclosed = at;
    if (value.text !== "" || value.quoted) term.values.push(value);
    term.to = value.to;
    if (text[value.to] !== ",") return term;
    term.to = value.to + 1;
    at = bare ? nextListed(text, term.to) : term.to;
    if (isBreak(text[at])) return term;
  }
}

function nextListed(text: string, at: number): number {
  const next = skipSpace(text, at);
  const sign = text[next];
  const isTerm = sign === "-" || sign === "!" || scanName(text, next) !== undefined;
  return isTerm ? at : next;
}

function scanValue(
  text: string,
  from: number,
  bare: boolean,
): { value: RawValue; closed: boolean } {
  const op = comparisonAt(text, from);
  let at = from + (op?.length ?? 0);
  const sign = text[at];
  const lead = (sign === "=" || sign === "*") && !isEnd(text[at + 1]) ? sign : "";
  at += lead.length;
  if (text[at] === '"') {
    const quote = scanQuoted(text, at);
    const tail = text[quote.next] === "*" ? "*" : "";
    const to = quote.next + tail.length;
    return {
      value: { from, to, lead, text: quote.text, quoted: true, tail, op },
      closed: quote.closed,
    };
  }
  const to = plainEnd(text, at, bare);
  const raw = text.slice(at, to);
  const tail = raw.length > 1 && raw.endsWith("*") ? "*" : "";
  const value = {
    from,
    to,
    lead,
    text: raw.slice(0, raw.length - tail.length),
    quoted: false,
    tail,
    op,
  } as const;
  return { value, closed: true };
}

/** Up to a space or comma; a comma in the path of a bare URL belongs to it. */
function plainEnd(text: string, from: number, bare: boolean): number {
  let slash = -1;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === undefined || SPACE.test(sign)) return at;
    if (sign === "/" && slash < 0) slash = at;
    if (sign === "," && !(bare && isInPath(text, slash, at))) return at;
  }
  return text.length;
}

function isInPath(text: string, slash: number, comma: number): boolean {
  if (slash < 0 || matchAt(SCHEME, text, comma + 1) !== undefined) return false;
  const isPrefixLength = comma - slash <= 4 && /^\d{1,3}$/.test(text.slice(slash + 1, comma));
  return !isPrefixLength;
}

/** From a quotation mark to the one that closes it; a backslash takes the next sign as it is. */
function scanQuoted(text: string, from: number): { text: string; next: number; closed: boolean } {
  const parts: string[] = [];
  let at = from + 1;
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] === "\\" && at + 1 < text.length) at += 1;
    parts.push(text[at] ?? "");
  }
  return { text: parts.join(""), next: Math.min(at + 1, text.length), closed: at < text.length };
}

function operatorAt(text: string, at: number): RawOperator | undefined {
  return matchAt(OPERATOR, text, at) as RawOperator | undefined;
}

function comparisonAt(text: string, at: number): Comparison | undefined {
  return matchAt(COMPARISON, text, at) as Comparison | undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBreak(text[at])) at += 1;
  return at;
}

function isBreak(sign: string | undefined): boolean {
  return sign === undefined || SPACE.test(sign);
}

function isEnd(sign: string | undefined): boolean {
  return isBreak(sign) || sign === ",";
}

function isOperatorSign(sign: string | undefined): boolean {
  return sign === ":" || sign === "=" || sign === "<" || sign === ">" || sign === ",";
}
