import {
  DEFAULT_SAFEGUARD_SETTINGS,
  type EntryType,
  SAFEGUARD_LISTS,
  type SafeguardList,
  type SafeguardSettings,
} from "@breakwater/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileSafeguards, countItems } from "./compile-safeguards.ts";

const check = compileSafeguards(DEFAULT_SAFEGUARD_SETTINGS);

function settings(changes: Partial<SafeguardSettings>): SafeguardSettings {
  return { ...DEFAULT_SAFEGUARD_SETTINGS, ...changes };
}

function only(list: SafeguardList | undefined): SafeguardSettings["lists"] {
  const entries = SAFEGUARD_LISTS.map((one) => [one, one === list] as const);
  return { ...DEFAULT_SAFEGUARD_SETTINGS.lists, ...Object.fromEntries(entries) };
}

describe("held by default", () => {
  test.each<[EntryType, string, SafeguardList]>([
    ["ipv4", "10.1.2.3", "private-networks"],
    ["ipv4", "100.64.0.1", "private-networks"],
    ["ipv6", "fd00::1", "private-networks"],
    ["cidr", "192.168.7.0/24", "private-networks"],
    ["url", "10.1.2.3:8080/x", "private-networks"],
    ["url", "[fd00::1]/x", "private-networks"],
    ["ipv4", "127.0.0.1", "special-networks"],
    ["ipv4", "224.0.0.251", "special-networks"],
    ["ipv4", "255.255.255.255", "special-networks"],
    ["ipv6", "::1", "special-networks"],
    ["ipv6", "fe80::1", "special-networks"],
    ["ipv4", "8.8.8.8", "public-resolvers"],
    ["cidr", "8.8.8.0/24", "public-resolvers"],
    ["ipv6", "2606:4700:4700::1111", "public-resolvers"],
    ["domain-exact", "dns.google", "public-resolvers"],
    ["ipv4", "198.41.0.4", "dns-servers"],
    ["ipv6", "2001:503:ba3e::2:30", "dns-servers"],
    ["domain", "root-servers.net", "dns-servers"],
    ["domain", "ocsp.digicert.com", "infrastructure-hosts"],
    ["domain-exact", "pool.ntp.org", "infrastructure-hosts"],
    ["domain", "ntp.org", "infrastructure-hosts"],
    ["domain", "google.com", "well-known-sites"],
    ["domain-exact", "google.com", "well-known-sites"],
    ["domain", "www.google.com", "well-known-sites"],
    ["url", "google.com/", "well-known-sites"],
    ["url", "www.google.com/", "well-known-sites"],
    ["domain", "co.uk", "public-suffixes"],
    ["domain", "github.io", "public-suffixes"],
    ["domain", "com", "single-label-names"],
    ["domain-exact", "wpad", "single-label-names"],
    ["cidr", "203.0.0.0/8", "wide-ranges"],
    ["cidr", "2001:db8::/31", "wide-ranges"],
  ])("%s %s by %s", (type, value, code) => {
    expect(check(type, value)).toMatchObject({ code });
  });
});

describe("not held", () => {
  test.each<[EntryType, string]>([
    ["ipv4", "198.51.100.7"],
    ["ipv4", "203.0.113.9"],
    ["ipv6", "2001:db8::1"],
    ["cidr", "203.0.0.0/16"],
    ["cidr", "2001:db8::/32"],
    ["domain", "evil.github.io"],
    ["domain-exact", "github.io"],
    ["domain", "evil.example"],
    ["domain", "sites.google.com"],
    ["url", "sites.google.com/evil"],
    ["url", "google.com/evil"],
    ["url", "google.com/?redirect=evil.example"],
    ["url", "google.com:8080/"],
    ["url", "8.8.8.8/evil"],
    ["domain", "notgoogle.com"],
    ["sha256", "0".repeat(64)],
  ])("%s %s", (type, value) => {
    expect(check(type, value)).toBeUndefined();
  });
});

test("own networks and names are protected with everything inside, and from what covers them", () => {
  const own = [
    { value: "198.51.100.0/24", note: "head office" },
    { value: "Partner.Example", note: "" },
    { value: "intranet", note: "" },
  ];
  const held = compileSafeguards(settings({ own }));
  const codes = (entries: [EntryType, string][]) =>
    entries.map(([type, value]) => held(type, value)?.code);
  expect(
    codes([
      ["ipv4", "198.51.100.7"],
      ["cidr", "198.51.100.128/25"],
      ["cidr", "198.51.0.0/16"],
      ["url", "198.51.100.7/x"],
      ["domain", "partner.example"],
      ["domain-exact", "mail.partner.example"],
      ["url", "mail.partner.example/x"],
      ["url", "intranet/x"],
    ]),
  ).toEqual(Array.from({ length: 8 }, () => "own"));
  expect(codes([["ipv4", "198.51.101.7"]])).toEqual([undefined]);
  expect(held("ipv4", "198.51.100.7")?.reason).toBe(
    "It lies inside 198.51.100.0/24, one of your own networks and names (head office)",
  );
});

test("an addition may be of any type and reaches as far as such an entry would", () => {
  const additions = [
    { type: "domain-exact" as const, value: "shop.example", note: "" },
    { value: "cdn.example/app.js", note: "" },
    { value: "a".repeat(64), note: "" },
  ];
  const held = compileSafeguards(settings({ additions }));
  expect(held("domain-exact", "shop.example")?.code).toBe("additions");
  expect(held("domain", "shop.example")?.code).toBe("additions");
  expect(held("domain-exact", "a.shop.example")).toBeUndefined();
  expect(held("url", "cdn.example/app.js?v=1")?.code).toBe("additions");
  expect(held("domain", "cdn.example")?.code).toBe("additions");
  expect(held("url", "cdn.example/evil.js")).toBeUndefined();
  expect(held("sha256", "a".repeat(64))?.code).toBe("additions");
});

test("how wide a range may be is a setting", () => {
  const held = compileSafeguards(settings({ widestRange: { ipv4: 24, ipv6: 48 } }));
  expect(held("cidr", "203.0.112.0/23")).toEqual({
    code: "wide-ranges",
    reason: "It is a range of /23, wider than the /24 that is allowed",
    remedy: "Block the ranges of /24 or longer that are meant, or release it for its source",
  });
  expect(held("cidr", "203.0.113.0/24")).toBeUndefined();
  expect(held("cidr", "2001:db8::/47")?.code).toBe("wide-ranges");
});

const octet = fc.nat(255);
const entry: fc.Arbitrary<[EntryType, string]> = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((four): [EntryType, string] => ["ipv4", four.join(".")]),
  fc
    .tuple(octet, octet, fc.integer({ min: 1, max: 16 }))
    .map(([a, b, bits]): [EntryType, string] => {
      const base = (((a << 8) | b) >> (16 - bits)) << (16 - bits);
      return ["cidr", `${base >> 8}.${base & 255}.0.0/${bits}`];
    }),
  fc
    .tuple(
      fc.constantFrom<EntryType>("domain", "domain-exact"),
      fc.constantFrom("com", "co.uk", "google.com", "www.google.com", "github.io", "a.github.io"),
    )
    .map(([type, value]): [EntryType, string] => [type, value]),
  fc.constantFrom("google.com/", "10.0.0.1/a").map((value): [EntryType, string] => ["url", value]),
);

test("nothing is held when everything is switched off", () => {
  const own = [{ value: "198.51.100.0/24", note: "" }];
  const held = compileSafeguards(settings({ own, additions: own, lists: only(undefined) }));
  fc.assert(
    fc.property(entry, ([type, value]) => {
      expect(held(type, value)).toBeUndefined();
    }),
  );
});

test("a list that is switched on alone holds nothing in another's name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SAFEGUARD_LISTS), entry, (list, [type, value]) => {
      const held = compileSafeguards(settings({ lists: only(list) }));
      expect([undefined, list]).toContain(held(type, value)?.code);
    }),
    { numRuns: 300 },
  );
});

test("what covers a held address or name by more is held as well", () => {
  const address = fc.tuple(octet, octet, octet, octet);
  fc.assert(
    fc.property(address, fc.integer({ min: 1, max: 31 }), ([a, b, c, d], prefix) => {
      if (check("ipv4", `${a}.${b}.${c}.${d}`) === undefined) return;
      const number = ((a << 24) | (b << 16) | (c << 8) | d) & (-1 << (32 - prefix));
      const base = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
      expect(check("cidr", `${base}/${prefix}`)).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

test("every list says how much is on it", () => {
  const counts = countItems(settings({ own: [{ value: "10.0.0.0/8", note: "" }] }));
  expect(counts["well-known-sites"]).toBeGreaterThanOrEqual(500);
  expect(counts).toMatchObject({ own: 1, additions: 0, "private-networks": 5, "wide-ranges": 0 });
});
