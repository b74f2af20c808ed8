import { fail, ok, type Result } from "@breakwater/protocol";

export type Token =
  | { kind: "word"; text: string }
  | { kind: "text"; text: string }
  | { kind: "number"; text: string }
  /** Time, binary or hex literal: `t'…'`, `b'…'`, `h'…'`. */
  | { kind: "literal"; text: string }
  /** Object path such as `file:hashes.'SHA-256'`. */
  | { kind: "path"; text: string }
  | { kind: "sign"; text: string };

const TOKEN = new RegExp(
  [
    "(?<space>\\s+|/\\*[\\s\\S]*?\\*/|//[^\\n]*)",
    "(?<literal>[tbh]'(?:[^'\\\\]|\\\\.)*')",
    "(?<text>'(?:[^'\\\\]|\\\\[\\s\\S])*')",
    "(?<path>[a-zA-Z][\\w-]*:(?:[\\w-]+|'(?:[^'\\\\]|\\\\.)*')(?:\\.(?:[\\w-]+|'(?:[^'\\\\]|\\\\.)*')|\\[(?:\\d+|\\*)\\])*)",
    "(?<number>[+-]?\\d+(?:\\.\\d+)?)",
    "(?<word>[a-zA-Z][\\w-]*)",
    "(?<sign>!=|<>|<=|>=|==|[=<>()\\[\\],])",
  ].join("|"),
  "y",
);

/** The tokens of a STIX pattern (STIX 2.1 chapter 9), or where it stops being one. */
export function tokensOf(pattern: string): Result<Token[], string> {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(pattern)?.groups;
    if (groups === undefined) {
      return fail(`the pattern cannot be read from character ${at + 1} on`);
    }
    const token = tokenOf(groups);
    if (token !== undefined) tokens.push(token);
  }
  return ok(tokens);
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { word, text, number, literal, path, sign } = groups;
  if (word !== undefined) return { kind: "word", text: word };
  if (text !== undefined) return { kind: "text", text: unquoted(text) };
  if (number !== undefined) return { kind: "number", text: number };
  if (literal !== undefined) return { kind: "literal", text: literal };
  if (path !== undefined) return { kind: "path", text: path };
  return sign === undefined ? undefined : { kind: "sign", text: sign };
}

export function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\([\s\S])/g, "$1");
}
