/**
 * Text as PostgreSQL can store it: NUL and half surrogate pairs, which attackers do put into
 * requests, become the replacement character.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/[\0\p{Surrogate}]/gu, "\u{FFFD}");
}

/** A pattern for `ilike` that takes `text` literally. */
export function literalPattern(text: string): string {
  return cleanText(text).replaceAll(/[\\%_]/g, "\\$&");
}
