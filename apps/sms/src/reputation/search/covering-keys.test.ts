import { expect, test } from "vitest";
import { coveringKeys } from "./covering-keys.ts";

const keys = (type: Parameters<typeof coveringKeys>[0]["type"], value: string) =>
  coveringKeys({ type, value }).map((key) => `${key.type} ${key.value}`);

test("an address is covered by itself and one range of each length", () => {
  const found = keys("ipv4", "198.51.100.7");
  expect(found).toHaveLength(33);
  expect(found.slice(0, 3)).toEqual([
    "ipv4 198.51.100.7",
    "cidr 198.51.100.7/32",
    "cidr 198.51.100.6/31",
  ]);
  expect(found.at(-1)).toBe("cidr 128.0.0.0/1");
  expect(keys("ipv6", "2001:db8::7")).toHaveLength(129);
});

test("a range is covered by itself and wider ones", () => {
  expect(keys("cidr", "10.0.0.0/8").slice(0, 2)).toEqual(["cidr 10.0.0.0/8", "cidr 10.0.0.0/7"]);
});

test("a name is covered by its parents; alone it is not covered by the name alone", () => {
  expect(keys("domain", "a.evil.example")).toEqual([
    "domain a.evil.example",
    "domain evil.example",
    "domain example",
  ]);
  expect(keys("domain-exact", "evil.example")).toEqual([
    "domain-exact evil.example",
    "domain evil.example",
    "domain example",
  ]);
});

test("a URL is covered without its query and port, and by what covers its host", () => {
  expect(keys("url", "evil.example:8080/a?b?c")).toEqual([
    "url evil.example:8080/a?b?c",
    "url evil.example:8080/a",
    "url evil.example/a?b?c",
    "url evil.example/a",
    "domain-exact evil.example",
    "domain evil.example",
    "domain example",
  ]);
  expect(keys("url", "[2001:db8::7]/a").slice(0, 3)).toEqual([
    "url [2001:db8::7]/a",
    "ipv6 2001:db8::7",
    "cidr 2001:db8::7/128",
  ]);
});
