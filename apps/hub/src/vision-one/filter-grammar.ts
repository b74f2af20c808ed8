import { type Expression, type Grammar, parseExpression, type Token } from "./expression.ts";

export type FilterTest<F extends string> = { op: "eq" | "contains"; field: F; value: string };

const TOKEN = /\s+|'((?:[^']|'')*)'|[(),]|[^\s'(),]+/y;

/**
 * Parses a `TMV1-Filter` header: `field eq 'value'`, `contains(field,'value')`, `and`, `or`, `not`,
 * parentheses; keywords in any case, a quote inside a string doubled. Throws InvalidRequest.
 */
export function parseFilter<F extends string>(
  text: string,
  fields: readonly F[],
): Expression<FilterTest<F>> {
  return parseExpression(text, filterGrammar(fields));
}

function filterGrammar<F extends string>(fields: readonly F[]): Grammar<FilterTest<F>> {
  return {
    name: "TMV1-Filter",
    maxLength: 4000,
    implicitAnd: false,
    tokenize(text, fail) {
      const tokens: Token[] = [];
      TOKEN.lastIndex = 0;
      for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
        const found = TOKEN.exec(text);
        if (found === null) throw fail(at, "a quote is not closed");
        const token = tokenOf(found, at);
        if (token !== undefined) tokens.push(token);
      }
      return tokens;
    },
    readTest(cursor) {
      const first = cursor.take();
      if (first?.kind !== "word") {
        throw cursor.fail(first?.at ?? 0, "a field name is expected");
      }
      const isFunction = first.value.toLowerCase() === "contains" && cursor.isSymbol("(");
      return isFunction ? readContains() : readEquals(first);

      function readContains(): FilterTest<F> {
        cursor.takeSymbol("(");
        const field = fieldOf(cursor.take());
        cursor.takeSymbol(",");
        const value = valueOf();
        cursor.takeSymbol(")");
        return { op: "contains", field, value };
      }

      function readEquals(name: Token): FilterTest<F> {
        const field = fieldOf(name);
        if (!cursor.isKeyword("eq")) throw cursor.unexpected('"eq"');
        cursor.take();
        return { op: "eq", field, value: valueOf() };
      }

      function fieldOf(token: Token | undefined): F {
        const field = fields.find((known) => known.toLowerCase() === token?.value.toLowerCase());
        if (field !== undefined) return field;
        const list = fields.join(", ");
        throw cursor.fail(
          token?.at ?? 0,
          `unknown field "${token?.value ?? ""}"; known are ${list}`,
        );
      }

      function valueOf(): string {
        const token = cursor.peek();
        if (token === undefined || token.kind === "symbol") {
          throw cursor.unexpected("a value in single quotes");
        }
        cursor.take();
        return token.value;
      }
    },
  };
}

function tokenOf(found: RegExpExecArray, at: number): Token | undefined {
  const [whole, quoted] = found;
  if (quoted !== undefined) return { kind: "text", value: quoted.replaceAll("''", "'"), at };
  if (/^\s/.test(whole)) return undefined;
  return { kind: /^[(),]$/.test(whole) ? "symbol" : "word", value: whole, at };
}
