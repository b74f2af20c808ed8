import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, plural } from "./format-number.ts";
import { formatLag, formatRelative } from "./format-time.ts";
import { visibleParts, visibleText } from "./hidden-characters.ts";
import { defang, recogniseValue } from "./recognise-value.ts";

describe("recogniseValue", () => {
  it.each([
    ["198.51.100.7", "ipv4", "198.51.100.7"],
    ["198[.]51[.]100[.]7", "ipv4", "198.51.100.7"],
    ["2001:db8::1", "ipv6", "2001:db8::1"],
    ["10.0.0.0/8", "cidr", "10.0.0.0/8"],
    ["2001:db8::/32", "cidr", "2001:db8::/32"],
    ["hxxps://evil[.]example/a?b=c", "url", "https://evil.example/a?b=c"],
    ["evil.example/path", "url", "evil.example/path"],
    [" cdn-update17.example ", "domain", "cdn-update17.example"],
    ["bücher.example", "domain", "bücher.example"],
    ["d41d8cd98f00b204e9800998ecf8427e", "md5", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a".repeat(40), "sha1", "a".repeat(40)],
    ["b".repeat(64), "sha256", "b".repeat(64)],
  ])("%s is %s", (text, type, value) => {
    expect(recogniseValue(text)).toEqual({ type, value });
  });

  it.each(["", "objects", "two words", "256.1.1.1", "10.0.0.0/33", "1.2.3", "*.evil.example"])(
    "offers nothing for %j",
    (text) => {
      expect(recogniseValue(text)).toBeUndefined();
    },
  );

  it("makes values harmless to copy", () => {
    expect(defang("http://evil.example/x")).toBe("hxxp://evil[.]example/x");
  });
});

describe("visibleParts", () => {
  it("spells out what hides", () => {
    expect(visibleParts("ev\u202eil\u200b.example")).toEqual([
      { text: "ev", hidden: false },
      { text: "U+202E", hidden: true },
      { text: "il", hidden: false },
      { text: "U+200B", hidden: true },
      { text: ".example", hidden: false },
    ]);
    expect(visibleText("a\u{e0041}\u0007")).toBe("a[U+E0041][U+0007]");
  });

  it("leaves ordinary text of any script alone", () => {
    expect(visibleText("пример.рф 日本 🌊 café")).toBe("пример.рф 日本 🌊 café");
  });
});

describe("numbers and times", () => {
  it("counts exactly to 9,999", () => {
    expect([0, 9_999, 12_345, 1_250_000].map(formatCount)).toEqual(["0", "9,999", "12.3k", "1.3M"]);
    expect([plural(1, "device"), plural(14, "device")]).toEqual(["1 device", "14 devices"]);
    expect([512, 1536, 52_428_800].map(formatBytes)).toEqual(["512 B", "1.5 KiB", "50.0 MiB"]);
  });

  it("says how long ago in the largest sensible unit", () => {
    const now = Date.UTC(2026, 10, 22, 12);
    const ago = (seconds: number) => formatRelative(now - seconds * 1000, now);
    expect([1, 12, 300, 7200, 86_400 * 5].map(ago)).toEqual([
      "just now",
      "12 s ago",
      "5 min ago",
      "2 h ago",
      "5 days ago",
    ]);
    expect(ago(-86_400 * 26)).toBe("in 26 days");
    expect([0.42, 12, 190].map(formatLag)).toEqual(["0.4 s", "12 s", "3 min"]);
  });
});
