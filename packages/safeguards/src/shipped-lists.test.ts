import { DEFAULT_SAFEGUARD_SETTINGS } from "@breakwater/protocol";
import { getDomain } from "tldts";
import { expect, test } from "vitest";
import { compileSafeguards } from "./compile-safeguards.ts";
import { readShippedList, SHIPPED_LISTS } from "./shipped-lists.ts";

const check = compileSafeguards(DEFAULT_SAFEGUARD_SETTINGS);

test.each(SHIPPED_LISTS)("every item of %s is held, has a category and is there once", (list) => {
  const items = readShippedList(list);
  const keys = items.map(({ type, value }) => `${type} ${value}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(items.filter(({ note }) => note === "")).toEqual([]);
  const passed = items.filter(({ type, value }) => check(type, value) === undefined);
  expect(passed).toEqual([]);
});

test("well-known sites are registrable domains", () => {
  const odd = readShippedList("well-known-sites").filter(({ value }) => getDomain(value) !== value);
  expect(odd).toEqual([]);
});
