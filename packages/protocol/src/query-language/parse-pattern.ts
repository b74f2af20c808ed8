import { fail, ok, type Result } from "../result.ts";
import type { Pattern, RecogniseValue, Word } from "./query.ts";
import type { RawValue } from "./scan-terms.ts";

/** Anything shorter would be found nearly everywhere, and needs every entry to be read. */
export const SHORTEST_SUBSTRING = 3;

/** `=exact`, `prefix*`, `*suffix`, `*substring*`, or plain text, which is the whole text here. */
export function parsePattern(value: RawValue): Result<Pattern, string> {
  const problem = textProblem(value);
  if (problem !== undefined) return fail(problem);
  return ok({ match: matchOf(value) ?? "exact", text: value.text });
}

/** The same for words, where plain text is found in whatever way suits it. */
export function parseWord(value: RawValue, recognise: RecogniseValue): Result<Word, string> {
  const problem = textProblem(value) ?? shortProblem(value);
  if (problem !== undefined) return fail(problem);
  const match = matchOf(value) ?? "any";
  const known = match === "any" || match === "exact" ? recognise(value.text) : undefined;
  return ok({ match, text: value.text, ...(known === undefined ? {} : { as: known }) });
}

function matchOf({ lead, tail }: RawValue): Pattern["match"] | undefined {
  if (lead === "=") return "exact";
  if (lead === "*") return tail === "*" ? "substring" : "suffix";
  return tail === "*" ? "prefix" : undefined;
}

function textProblem({ lead, text, quoted, tail }: RawValue): string | undefined {
  if (text === "") return "The text is empty. Write something between the quotation marks.";
  if (lead === "=" && tail === "*") {
    return "= finds a text exactly, so it cannot go with an asterisk. Leave one of them out.";
  }
  if (!quoted && text.includes("*")) {
    return "An asterisk stands at the beginning or the end only. Put quotation marks around the text to find the sign itself.";
  }
  return undefined;
}

function shortProblem({ lead, text }: RawValue): string | undefined {
  if (lead !== "*" || text.length >= SHORTEST_SUBSTRING) return undefined;
  return `"${text}" is too short to be found in the middle of a value. Give at least ${SHORTEST_SUBSTRING} characters, or write ${text}* to find beginnings.`;
}
