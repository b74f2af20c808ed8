import { AppError } from "@breakwater/protocol";
import { type RawBuilder, sql } from "kysely";

/** A boolean expression over tests of one grammar. */
export type Expression<T> =
  | { kind: "test"; test: T }
  | { kind: "not"; term: Expression<T> }
  | { kind: "and" | "or"; terms: Expression<T>[] };

/** `text` is a value that cannot be a keyword; `symbol` one of ( ) , ; everything else is a word. */
export type Token = {
  kind: "word" | "text" | "symbol";
  value: string;
  at: number;
  /** The name in front of the colon, in grammars that write `field:value`. */
  field?: string;
};

export type Grammar<T> = {
  /** Names the header or field in messages. */
  name: string;
  maxLength: number;
  tokenize(text: string, fail: Fail): Token[];
  /** Reads one test; the cursor stands on its first token. */
  readTest(cursor: TokenCursor): T;
  /** Whether two tests side by side mean "and". */
  implicitAnd: boolean;
};

export type Fail = (at: number, why: string) => AppError;

/** Deep nesting costs stack here and in the database; nobody writes more by hand. */
const MAX_DEPTH = 50;

/** Walks over the tokens of one expression. */
export class TokenCursor {
  readonly fail: Fail;
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(tokens: readonly Token[], end: number, fail: Fail) {
    this.#tokens = tokens;
    this.#end = end;
    this.fail = fail;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  take(): Token | undefined {
    const token = this.#tokens[this.#next];
    this.#next += 1;
    return token;
  }

  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token?.kind === "word" && token.value.toLowerCase() === keyword;
  }

  isSymbol(symbol: string): boolean {
    const token = this.peek();
    return token?.kind === "symbol" && token.value === symbol;
  }

  takeSymbol(symbol: string): void {
    if (!this.isSymbol(symbol)) throw this.unexpected(`"${symbol}"`);
    this.#next += 1;
  }

  unexpected(wanted: string): AppError {
    const token = this.peek();
    return token === undefined
      ? this.fail(this.#end, `it ends where ${wanted} is expected`)
      : this.fail(token.at, `"${token.value}" stands where ${wanted} is expected`);
  }
}

/** Parses `text`. Throws InvalidRequest that names the header, the position and the reason. */
export function parseExpression<T>(text: string, grammar: Grammar<T>): Expression<T> {
  const fail: Fail = (at, why) =>
    new AppError("InvalidRequest", `${grammar.name}: ${why} (character ${at + 1}).`, {
      details: [{ field: grammar.name, value: text.slice(0, 200), reason: why }],
    });
  if (text.length > grammar.maxLength) {
    throw fail(grammar.maxLength, `longer than ${grammar.maxLength} characters`);
  }
  const cursor = new TokenCursor(grammar.tokenize(text, fail), text.length, fail);
  const expression = readOr(cursor, grammar, 0);
  if (cursor.peek() !== undefined) throw cursor.unexpected('"and" or "or"');
  return expression;
}

function readOr<T>(cursor: TokenCursor, grammar: Grammar<T>, depth: number): Expression<T> {
  const terms = [readAnd(cursor, grammar, depth)];
  while (cursor.isKeyword("or")) {
    cursor.take();
    terms.push(readAnd(cursor, grammar, depth));
  }
  return combined("or", terms);
}

function readAnd<T>(cursor: TokenCursor, grammar: Grammar<T>, depth: number): Expression<T> {
  const terms = [readNot(cursor, grammar, depth)];
  for (;;) {
    if (cursor.isKeyword("and")) cursor.take();
    else if (!grammar.implicitAnd || endsAnd(cursor)) return combined("and", terms);
    terms.push(readNot(cursor, grammar, depth));
  }
}

function endsAnd(cursor: TokenCursor): boolean {
  return cursor.peek() === undefined || cursor.isKeyword("or") || cursor.isSymbol(")");
}

function readNot<T>(cursor: TokenCursor, grammar: Grammar<T>, depth: number): Expression<T> {
  if (depth > MAX_DEPTH) throw cursor.fail(cursor.peek()?.at ?? 0, "nested too deeply");
  if (cursor.isKeyword("not")) {
    cursor.take();
    return { kind: "not", term: readNot(cursor, grammar, depth + 1) };
  }
  if (!cursor.isSymbol("(")) return { kind: "test", test: grammar.readTest(cursor) };
  cursor.take();
  const inner = readOr(cursor, grammar, depth + 1);
  cursor.takeSymbol(")");
  return inner;
}

function combined<T>(kind: "and" | "or", terms: Expression<T>[]): Expression<T> {
  const [only, ...others] = terms;
  return only !== undefined && others.length === 0 ? only : { kind, terms };
}

/** The SQL condition of an expression; `compileTest` must never give null. */
export function compileExpression<T>(
  expression: Expression<T>,
  compileTest: (test: T) => RawBuilder<boolean>,
): RawBuilder<boolean> {
  switch (expression.kind) {
    case "test":
      return compileTest(expression.test);
    case "not":
      return sql<boolean>`(not ${compileExpression(expression.term, compileTest)})`;
    case "and":
    case "or": {
      const terms = expression.terms.map((term) => compileExpression(term, compileTest));
      return sql<boolean>`(${sql.join(terms, expression.kind === "and" ? sql` and ` : sql` or `)})`;
    }
  }
}
