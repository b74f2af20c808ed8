/**
 * Text for comparison without case: ASCII letters only, because sets are selected by the database as
 * well, and what servers and their versions make of other letters differs.
 */
export function foldCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
