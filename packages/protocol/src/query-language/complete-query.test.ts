import { expect, test } from "vitest";
import { completionAt } from "./complete-query.ts";

/** The cursor stands at the bar. */
function at(text: string) {
  const cursor = text.indexOf("|");
  const { from, to, typed, ...context } = completionAt(text.replace("|", ""), cursor);
  return { ...context, part: `${from}-${to}`, typed };
}

test("fields are offered at the beginning, between terms and in a word", () => {
  expect(at("|")).toMatchObject({ kind: "field", typed: "", part: "0-0" });
  expect(at("type:url |")).toMatchObject({ kind: "field", typed: "" });
  expect(at("type:url -se|")).toMatchObject({ kind: "field", typed: "se", part: "10-12" });
});

test("values are offered behind the colon and each comma", () => {
  expect(at("severity:|")).toMatchObject({ kind: "value", field: "severity", typed: "" });
  expect(at("severity:High,me|dium")).toMatchObject({
    field: "severity",
    typed: "me",
    part: "14-16",
  });
  expect(at('source:"Vision O|ne"')).toMatchObject({ field: "source", typed: "Vision O" });
  expect(at("expires:<2|")).toMatchObject({ field: "expires", typed: "2", part: "9-10" });
});

test("all values are given where they are known", () => {
  expect(at("action:|")).toMatchObject({ options: ["block", "log"] });
  expect(at("source:|")).toMatchObject({ options: undefined });
});

test("quotation marks begin the name of a tag category; its values come behind", () => {
  expect(at('"Trend M|')).toMatchObject({ kind: "tag-name", typed: "Trend M" });
  expect(at('tag:"Trend M|')).toMatchObject({ kind: "tag-name", typed: "Trend M" });
  expect(at('"Trend Micro Publisher":Vis|')).toMatchObject({
    kind: "tag-value",
    name: "Trend Micro Publisher",
    typed: "Vis",
  });
  expect(at('tag:"Case"=|')).toMatchObject({ kind: "tag-value", name: "Case", typed: "" });
});
