import { type Expression, type Grammar, parseExpression, type Token } from "./expression.ts";

/** `present` is `field:*`; `matches` compares with `*` as wildcard; `word` looks in the usual fields. */
export type QueryTest =
  | { op: "present"; field: string }
  | { op: "matches"; field: string; value: string }
  | { op: "word"; value: string };

const FIELD = /([A-Za-z_][A-Za-z0-9_]*)\s*:\s*/y;
const VALUE = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[^\s()"']+/y;

/**
 * Parses a `TMV1-Query` header or a search line: `field:"value"`, `field:value`, `field:*`, bare
 * words, `and`, `or`, `not`, parentheses; tests side by side are joined by "and".
 */
export function parseQuery(text: string, name: string): Expression<QueryTest> {
  return parseExpression(text, { ...QUERY_GRAMMAR, name });
}

const QUERY_GRAMMAR: Omit<Grammar<QueryTest>, "name"> = {
  maxLength: 4000,
  implicitAnd: true,
  tokenize(text, fail) {
    const tokens: Token[] = [];
    let at = 0;
    while (at < text.length) {
      const char = text.charAt(at);
      if (/\s/.test(char)) {
        at += 1;
      } else if (char === "(" || char === ")") {
        tokens.push({ kind: "symbol", value: char, at });
        at += 1;
      } else {
        const read = readTerm(text, at);
        if (read === undefined) throw fail(at, "a value is missing, or a quote is not closed");
        tokens.push(read.token);
        at = read.end;
      }
    }
    return tokens;
  },
  readTest(cursor) {
    const token = cursor.peek();
    const isKeyword = token?.kind === "word" && /^(?:and|or|not)$/i.test(token.value);
    if (token === undefined || token.kind === "symbol" || isKeyword) {
      throw cursor.unexpected("field:value");
    }
    cursor.take();
    const { field, value } = token;
    if (field === undefined) return { op: "word", value };
    return value === "*" ? { op: "present", field } : { op: "matches", field, value };
  },
};

function readTerm(text: string, at: number): { token: Token; end: number } | undefined {
  FIELD.lastIndex = at;
  const field = FIELD.exec(text);
  VALUE.lastIndex = field === null ? at : FIELD.lastIndex;
  const value = VALUE.exec(text);
  if (value === null) return undefined;
  const quoted = value[1] ?? value[2];
  const plain = quoted === undefined ? value[0] : quoted.replace(/\\(.)/g, "$1");
  const name = field?.[1];
  const kind = name === undefined && quoted === undefined ? "word" : "text";
  const token = { kind, value: plain, at, ...(name === undefined ? {} : { field: name }) } as const;
  return { token, end: VALUE.lastIndex };
}
