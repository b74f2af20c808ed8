import { readFileSync } from "node:fs";
import type { SafeguardList } from "@breakwater/protocol";
import type { ProtectedKey } from "./protected-value.ts";
import { parseProtected } from "./protected-value.ts";

export const SHIPPED_LISTS = [
  "private-networks",
  "special-networks",
  "public-resolvers",
  "dns-servers",
  "infrastructure-hosts",
  "well-known-sites",
] as const satisfies readonly SafeguardList[];

export type ShippedList = (typeof SHIPPED_LISTS)[number];

const COMMENT = /^#\s*/;

/**
 * The items of a list that comes with the package: one value a line, each under the comment that
 * says of which kind it is, which becomes its note.
 * @throws Error naming the line that is no value
 */
export function readShippedList(list: ShippedList): ProtectedKey[] {
  const text = readFileSync(new URL(`../data/${list}.txt`, import.meta.url), "utf8");
  let note = "";
  return text.split("\n").flatMap((line, index) => {
    if (COMMENT.test(line)) note = line.replace(COMMENT, "");
    if (line === "" || COMMENT.test(line)) return [];
    const item = parseProtected({ value: line, note });
    if (!item.ok) throw new Error(`${list}.txt line ${index + 1}: ${item.error.reason}`);
    return [item.value];
  });
}
