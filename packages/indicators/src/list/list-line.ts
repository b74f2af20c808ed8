import { detectType } from "@breakwater/reputation-set";
import { parseSpan } from "../values/address-span.ts";

/** What hosts files point listed names to. */
const SINKS = new Set(["0.0.0.0", "127.0.0.1", "127.0.1.1", "::", "::1", "fe80::1%lo0"]);
/** Names that such files give to the machine itself. */
const OWN_NAME =
  /^(?:0\.0\.0\.0|localhost|localhost\.localdomain|local|broadcasthost|ip6-[a-z]+)$/i;
const COMMENT_LINE = /^(?:#|;|\/\/|!)/;
const TRAILING_COMMENT = /\s(?:#|;|\/\/).*$/;

/** What a line of a plain list names; `own-name` for lines such as `127.0.0.1 localhost`. */
export type ListLine =
  | { kind: "nothing" }
  | { kind: "own-name" }
  | { kind: "values"; values: readonly string[] };

const NOTHING: ListLine = { kind: "nothing" };

/** One value a line, or a hosts-file line with several names. Further columns are left out. */
export function readListLine(line: string): ListLine {
  const text = line.trim();
  if (text === "" || COMMENT_LINE.test(text)) return NOTHING;
  if (!/\s/.test(text)) return { kind: "values", values: [text] };
  const plain = text.replace(TRAILING_COMMENT, "").trim();
  if (parseSpan(plain) !== undefined) return { kind: "values", values: [plain] };
  const words = plain.split(/\s+/);
  const [first = ""] = words;
  const names = SINKS.has(first) ? words.slice(1).filter(isName) : [];
  if (names.length === 0) return { kind: "values", values: [first] };
  const listed = names.filter((name) => !OWN_NAME.test(name));
  return listed.length === 0 ? { kind: "own-name" } : { kind: "values", values: listed };
}

/** A column after an address may also be a number, for example of reports. */
function isName(word: string): boolean {
  return OWN_NAME.test(word) || detectType(word) === "domain";
}
