import { expect, test } from "vitest";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import type { RecognisedValue } from "./query.ts";

const known: Record<string, RecognisedValue> = {
  "198.51.100.7": { type: "ipv4", value: "198.51.100.7" },
  "198.51.100.0/24": { type: "cidr", value: "198.51.100.0/24" },
  "hxxp://evil[.]example/a": { type: "url", value: "evil.example/a" },
};
const recognise = (text: string) => known[text];
const parse = (text: string) => parseQuery(text, recognise);
const canonical = (text: string) => {
  const { query, problems } = parse(text);
  expect(problems).toEqual([]);
  return printQuery(query);
};

test.each([
  ["", ""],
  ["  type:DOMAIN   severity:high,medium ", "type:domain severity:High,Medium"],
  ['source:"Vision One" -source:Local', 'source:"Vision One" -source:Local'],
  ["!severity:low", "-severity:Low"],
  ["-no:tag", "has:tag"],
  ["-has:tag", "no:tag"],
  ["type:hash", "type:md5,sha1,sha256"],
  ["type:address,ipv4", "type:ipv4,ipv6"],
  ["last:7d", "modified:<7d"],
  ["expires<24h", "expires:<24h"],
  ["expires:<=24h", "expires:<24h"],
  ["expires:never", "expires:never"],
  ["expires:2026-12-01..2027-01-01", "expires:2026-12-01..2027-01-01"],
  ["added:>2026-12-01T10:30", "added:>2026-12-01T10:30:00Z"],
  ["seen:7d is:new,held state:no-filter", "seen:7d is:new,held state:no-filter"],
  ['tag:"Trend Micro Publisher"', 'tag:"Trend Micro Publisher"'],
  ['tag:"Case"=7,8', '"Case":7,8'],
  ["tag:Case=7", '"Case":7'],
  ['"Confidence">=80', '"Confidence">=80'],
  ['tag:"Confidence":>80', '"Confidence">80'],
  ['"Case":"A, B"', '"Case":"A, B"'],
  ["=evil.example evil* *vil.ex* *.example", "=evil.example evil* *vil.ex* *.example"],
  ["a,b a, b", "a,b a,b"],
  ['"exact text"', '"exact text"'],
  ['"say \\"hi\\""', '"say \\"hi\\""'],
  ["2001:db8::1 abcd::1/64", "2001:db8::1 abcd::1/64"],
  ["https://evil.example/a,b", '"https://evil.example/a,b"'],
  ["https://a.example/x,https://b.example/y", '"https://a.example/x","https://b.example/y"'],
  ["192.0.2.0/24,192.0.3.0/24", "192.0.2.0/24,192.0.3.0/24"],
  ["hxxp://evil[.]example/a", "hxxp://evil[.]example/a"],
  ["value:abc", "abc"],
  ['filter:"High*"', 'filter:"High*"'],
  ["filter:High*", "filter:High*"],
])("%s", (text, expected) => expect(canonical(text)).toBe(expected));

test("values written in full are recognised, whatever their spelling", () => {
  const { query } = parse("198.51.100.7,hxxp://evil[.]example/a covering:198.51.100.0/24");
  expect(query.terms.map(({ test: one }) => one)).toEqual([
    {
      field: "value",
      words: [
        { match: "any", text: "198.51.100.7", as: known["198.51.100.7"] },
        { match: "any", text: "hxxp://evil[.]example/a", as: known["hxxp://evil[.]example/a"] },
      ],
    },
    { field: "covering", values: [{ text: "198.51.100.0/24", as: known["198.51.100.0/24"] }] },
  ]);
});

test("terms say where they stand", () => {
  const text = "  -type:url  evil ";
  expect(parse(text).query.terms.map(({ from, to }) => text.slice(from, to))).toEqual([
    "-type:url",
    "evil",
  ]);
});

test.each([
  ["sevrity:High", "sevrity", "Did you mean severity?"],
  ["colour:red", "colour", "Fields are value, type"],
  ["severity:hihg", "hihg", "Did you mean High?"],
  ["severity:", "severity:", "needs a value, for example severity:High,Medium"],
  ["severity:>High", ">High", "has no order"],
  ["*ab*", "*ab*", "at least 3 characters"],
  ["=ab*", "=ab*", "Leave one of them out"],
  ["ev*l", "ev*l", "beginning or the end"],
  [">5", ">5", "needs a field before it"],
  ['type:url "open', '"open', "never closed"],
  ["expires:soon", "soon", "is no time"],
  ["added:never", "never", "cannot be never"],
  ["added:2026-02-30", "2026-02-30", "is no time"],
  ["covering:evil", "evil", "Write it in full"],
  ["seen:>7d", "seen:>7d", "one time span"],
  ["tag:", "tag:", "the name of a category"],
  ['tag:"Case"=', 'tag:"Case"=', "a value is missing"],
  ['"Case">many', '"Case">many', "one number or date"],
])("%s: %s: %s", (text, place, message) => {
  const { problems } = parse(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain(message);
  expect(text.slice(problems[0]?.from, problems[0]?.to)).toBe(place);
});

test("what can be understood is there beside the problems", () => {
  const { query, problems } = parse("type:url sevrity:High is:held");
  expect(printQuery(query)).toBe("type:url is:held");
  expect(problems).toHaveLength(1);
});

test("the number of terms and values is bounded", () => {
  expect(parse("a ".repeat(51)).problems[0]?.message).toContain("more than 50 terms");
  expect(parse("a,".repeat(501)).problems[0]?.message).toContain("more than 500 values");
});
