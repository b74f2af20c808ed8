import { plural } from "./format-number.ts";

/** "12,431 objects", with a sign before it when the server only counted up to a bound. */
export function totalText(
  total: { value: number; exact: boolean } | undefined,
  one: string,
  many = `${one}s`,
): string | undefined {
  if (total === undefined) return undefined;
  return `${total.exact ? "" : "≈ "}${plural(total.value, one, many)}`;
}
