import { parseQuery } from "@breakwater/protocol/query-language";
import { expect, it } from "vitest";
import { GIVEN_VIEWS, readViews, storeViews, withView } from "./saved-views.ts";

it("views are kept, replaced by name, and survive a broken store", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(readViews(storage)).toEqual([]);
  storeViews(withView([{ name: "mine", q: "type:url" }], { name: "mine", q: "is:new" }), storage);
  expect(readViews(storage)).toEqual([{ name: "mine", q: "is:new" }]);
  for (const key of kept.keys()) kept.set(key, '{"not": "a list"}');
  expect(readViews(storage)).toEqual([]);
});

it("the given views are searches that the server understands", () => {
  for (const { q } of GIVEN_VIEWS) expect(parseQuery(q).problems).toEqual([]);
});
