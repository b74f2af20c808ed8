import { ENTRY_TYPES, type EntryType } from "@breakwater/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalValue, detectType } from "./canonical-value.ts";

function valueOf(type: EntryType, raw: string): string {
  const result = canonicalValue(type, raw);
  return result.ok ? result.value : `refused: ${result.error.reason}`;
}

describe("accepted", () => {
  test.each<[EntryType, string, string]>([
    ["ipv4", " 10.1.2.3 ", "10.1.2.3"],
    ["ipv4", "10[.]1[.]2[.]3", "10.1.2.3"],
    ["ipv4", "::ffff:10.1.2.3", "10.1.2.3"],
    ["ipv6", "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["ipv6", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["ipv6", "::", "::"],
    ["ipv6", "fe80::1.2.3.4", "fe80::102:304"],
    ["cidr", "10.77.13.9/16", "10.77.0.0/16"],
    ["cidr", "2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["cidr", "::ffff:10.0.0.9/104", "10.0.0.0/8"],
    ["domain", "WWW.Evil.TEST.", "www.evil.test"],
    ["domain", "bücher[.]example", "xn--bcher-kva.example"],
    ["domain", "evil(dot)test", "evil.test"],
    ["domain", "evil.test。", "evil.test"],
    ["domain-exact", "_dmarc.evil.test", "_dmarc.evil.test"],
    ["url", "hxxps://Evil[.]test/a", "evil.test/a"],
    ["url", "http://user:pw@evil.test:80/a#part", "evil.test/a"],
    ["url", "evil.test", "evil.test/"],
    ["url", "https://evil.test:8443?q=1", "evil.test:8443/?q=1"],
    ["url", "evil.test//a/./b/../%65vil.html", "evil.test/a/evil.html"],
    ["url", "evil.test/a%2fb\\c", "evil.test/a/b/c"],
    ["url", "evil.test/100%25/%23x", "evil.test/100%25/%23x"],
    ["url", "evil.test/a%3Fb/../c", "evil.test/c"],
    ["url", "evil.test/a%3Fb", "evil.test/a%3Fb"],
    ["url", "evil.test/a/./", "evil.test/a/"],
    ["url", "evil.test/a[.]b(dot)c", "evil.test/a[.]b(dot)c"],
    ["url", "http://evil.test/[%2e]", "evil.test/[.]"],
    ["url", "evil[.]test/a[.]php", "evil.test/a.php"],
    ["url", "http[://]evil.test/a[.]php", "evil.test/a.php"],
    ["url", "hxxp:8080/x", "hxxp:8080/x"],
    ["url", "evil.test/ä b", "evil.test/%C3%A4%20b"],
    ["url", "evil.test/?a=%26b%20c", "evil.test/?a=&b%20c"],
    ["url", "http://[2001:DB8::1]/x", "[2001:db8::1]/x"],
    ["url", "bücher.example/x", "xn--bcher-kva.example/x"],
    ["md5", "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"],
  ])("%s %s → %s", (type, raw, expected) => {
    expect(valueOf(type, raw)).toBe(expected);
  });
});

describe("refused, with the value, the reason and a remedy", () => {
  test.each<[EntryType, string, RegExp]>([
    ["ipv4", "10.1.2.300", /not an IPv4 address/],
    ["ipv4", "010.1.2.3", /not an IPv4 address/],
    ["ipv4", "2001:db8::1", /type ipv6/],
    ["ipv6", "::ffff:10.1.2.3", /type ipv4/],
    ["ipv6", "fe80::1%eth0", /not an IPv6 address/],
    ["cidr", "10.0.0.0/33", /not a CIDR range/],
    ["cidr", "10.0.0.0", /not a CIDR range/],
    ["cidr", "0.0.0.0/0", /every address/],
    ["domain", "*.evil.test", /wildcards/],
    ["domain", "10.1.2.3", /IP address/],
    ["domain", "0x7f.1", /not a domain name/],
    ["domain", "evil test", /not a domain name/],
    ["domain", "evil.test\nother.test", /not a domain name/],
    ["domain", "evil.test/path", /not a domain name/],
    ["domain", "evil.test?q", /not a domain name/],
    ["domain", "evil.test#part", /not a domain name/],
    ["domain", "evil\\test", /not a domain name/],
    ["domain", `${"a".repeat(64)}.test`, /not a domain name/],
    ["url", "http:///path", /no valid host/],
    ["url", "http://evil.test:99999/", /no valid host/],
    ["url", "*.evil.test/x", /wildcards/],
    ["url", `evil.test/${"x".repeat(3000)}`, /longer than 2048/],
    ["sha1", "abc", /not a SHA1 hash/],
    ["sha256", `${"a".repeat(63)}g`, /not a SHA256 hash/],
    ["domain", "  ", /empty/],
  ])("%s %s", (type, raw, reason) => {
    const error = { reason: expect.stringMatching(reason), remedy: expect.stringMatching(/./) };
    expect(canonicalValue(type, raw)).toMatchObject({ ok: false, error });
  });
});

test("types are recognised from their values", () => {
  const cases: [string, EntryType | undefined][] = [
    ["10.1.2.3", "ipv4"],
    ["::ffff:1.2.3.4", "ipv4"],
    ["2001:db8::1", "ipv6"],
    ["10.0.0.0/8", "cidr"],
    ["10.0.0.0/33", undefined],
    ["10.0.0/8", undefined],
    ["2001:db8::/129", undefined],
    ["http://10.0.0.0/33", "url"],
    ["10.0.0.1/33/x", "url"],
    ["abc.de/1", "url"],
    ["abc.de:8080/1", "url"],
    ["evil.test", "domain"],
    ["hxxp://evil[.]test/x", "url"],
    ["evil.test/x", "url"],
    ["evil.test:8080", "url"],
    ["a".repeat(32), "md5"],
    ["a".repeat(40), "sha1"],
    ["A".repeat(64), "sha256"],
    ["hello", undefined],
    ["", undefined],
    ["not a thing", undefined],
  ];
  for (const [raw, expected] of cases) expect([raw, detectType(raw)]).toEqual([raw, expected]);
});

test("a canonical value is its own canonical value, whatever came in", () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc
      .string({
        unit: fc.constantFrom(...Array.from("a.%2fF/\\?:#@[]()u0-_é "), "dot", "[.]", "%2e"),
      })
      .map((path) => `evil.test/${path}`),
  );
  fc.assert(
    fc.property(fc.constantFrom(...ENTRY_TYPES), hostile, (type, raw) => {
      const detected = detectType(raw);
      if (detected !== undefined) expect(canonicalValue(detected, raw).ok).toBe(true);
      const once = canonicalValue(type, raw);
      fc.pre(once.ok);
      expect(canonicalValue(type, once.value)).toEqual(once);
      expect(once.value).toMatch(/^[\x21-\x7e]+$/);
    }),
    { numRuns: 5000 },
  );
});
