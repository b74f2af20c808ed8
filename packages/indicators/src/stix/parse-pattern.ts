import { fail, ok, type Result } from "@breakwater/protocol";
import { type Token, tokensOf } from "./pattern-tokens.ts";

/** One comparison, such as `ipv4-addr:value = '198.51.100.7'`. */
export type Comparison = {
  kind: "comparison";
  path: string;
  operator: string;
  negated: boolean;
  /** Several for `IN`. */
  operands: readonly { text: string; quoted: boolean }[];
};

export type Expression =
  | Comparison
  | { kind: "and" | "or" | "followed-by"; parts: readonly Expression[] }
  /** What stands in one pair of square brackets. */
  | { kind: "observation"; inner: Expression }
  | { kind: "qualified"; inner: Expression; qualifier: string };

const MAX_PATTERN = 65_536;
const MAX_DEPTH = 64;

class PatternProblem extends Error {}

/** Reads a STIX pattern (STIX 2.1 chapter 9), or says why it is none. */
export function parsePattern(pattern: string): Result<Expression, string> {
  if (pattern.length > MAX_PATTERN) {
    return fail(`the pattern is longer than ${MAX_PATTERN} characters`);
  }
  const tokens = tokensOf(pattern);
  if (!tokens.ok) return tokens;
  try {
    return ok(new PatternParser(tokens.value).parse());
  } catch (error) {
    if (error instanceof PatternProblem) return fail(error.message);
    throw error;
  }
}

/** Recursive descent over the tokens; the grammar binds AND tighter than OR. */
class PatternParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#observations();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new PatternProblem(`the pattern goes on with "${rest.text}"`);
    return expression;
  }

  #observations(): Expression {
    return this.#chain("followed-by", "FOLLOWEDBY", () =>
      this.#chain("or", "OR", () => this.#chain("and", "AND", () => this.#observation())),
    );
  }

  #observation(): Expression {
    const inner = this.#isSign("(")
      ? this.#enclosed("(", ")", () => this.#observations())
      : this.#brackets();
    return this.#qualified(inner);
  }

  #brackets(): Expression {
    const inner = this.#enclosed("[", "]", () => this.#comparisons());
    return { kind: "observation", inner };
  }

  #qualified(inner: Expression): Expression {
    const word = this.#word("WITHIN") ?? this.#word("REPEATS") ?? this.#word("START");
    if (word === undefined) return inner;
    const ends = word === "START" ? "STOP" : word === "WITHIN" ? "SECONDS" : "TIMES";
    while (this.#tokens[this.#at] !== undefined && this.#word(ends) === undefined) this.#at++;
    if (word === "START") this.#at++;
    return this.#qualified({ kind: "qualified", inner, qualifier: word });
  }

  #comparisons(): Expression {
    return this.#chain("or", "OR", () => this.#chain("and", "AND", () => this.#comparison()));
  }

  #comparison(): Expression {
    if (this.#isSign("(")) return this.#enclosed("(", ")", () => this.#comparisons());
    const notBefore = this.#word("NOT") !== undefined;
    if (this.#word("EXISTS") !== undefined) {
      const path = this.#take("path", "an object path");
      const operator = "EXISTS";
      return { kind: "comparison", path, operator, negated: notBefore, operands: [] };
    }
    const path = this.#take("path", "an object path");
    const negated = this.#word("NOT") !== undefined || notBefore;
    const operator = this.#operator();
    const operands = operator === "IN" ? this.#operandList() : [this.#operand()];
    return { kind: "comparison", path, operator, negated, operands };
  }

  #operator(): string {
    const token = this.#next("a comparison");
    if (token.kind !== "sign" && token.kind !== "word") {
      throw new PatternProblem(`a comparison is expected before "${token.text}"`);
    }
    return token.text === "==" ? "=" : token.text.toUpperCase();
  }

  #operandList(): Comparison["operands"] {
    return this.#enclosed("(", ")", () => {
      const operands = [this.#operand()];
      while (this.#isSign(",")) {
        this.#at++;
        operands.push(this.#operand());
      }
      return operands;
    });
  }

  #operand(): Comparison["operands"][number] {
    const token = this.#next("a value");
    if (token.kind === "sign" || token.kind === "path") {
      throw new PatternProblem(`a value is expected instead of "${token.text}"`);
    }
    return { text: token.text, quoted: token.kind === "text" };
  }

  #chain(kind: "and" | "or" | "followed-by", word: string, part: () => Expression): Expression {
    const first = part();
    const parts = [first];
    while (this.#word(word) !== undefined) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #enclosed<T>(open: string, close: string, inside: () => T): T {
    this.#expectSign(open);
    if (++this.#depth > MAX_DEPTH) throw new PatternProblem("the pattern is nested too deep");
    const inner = inside();
    this.#depth--;
    this.#expectSign(close);
    return inner;
  }

  #isSign(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "sign" && token.text === text;
  }

  #expectSign(text: string): void {
    const token = this.#next(`"${text}"`);
    if (token.kind !== "sign" || token.text !== text) {
      throw new PatternProblem(`"${text}" is expected instead of "${token.text}"`);
    }
  }

  /** Takes the keyword when it is next. */
  #word(text: string): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word" || token.text.toUpperCase() !== text) return undefined;
    this.#at++;
    return text;
  }

  #take(kind: Token["kind"], what: string): string {
    const token = this.#next(what);
    if (token.kind !== kind) {
      throw new PatternProblem(`${what} is expected instead of "${token.text}"`);
    }
    return token.text;
  }

  #next(what: string): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new PatternProblem(`the pattern ends where ${what} is expected`);
    return token;
  }
}
