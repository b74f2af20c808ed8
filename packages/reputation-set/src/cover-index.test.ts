import { type EntryType, typeSwitch } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalValue } from "./canonical-value.ts";
import { CoverIndex } from "./cover-index.ts";
import { parseAddress, parseRange } from "./ip-address.ts";

type Key = { readonly type: EntryType; readonly value: string };

const NAMES = [
  "test",
  "evil.test",
  "www.evil.test",
  "a.www.evil.test",
  "evil-x.test",
  "evil.testx",
];
const IPV4 = ["0.0.0.0", "10.1.2.3", "10.1.2.4", "10.1.3.3", "11.0.0.1", "255.255.255.255"];
const IPV6 = ["::", "::1", "2001:db8::1", "2001:db8:0:1::1", "2001:db8:8000::", "ffff:ffff::ffff"];

const name = fc.constantFrom(...NAMES);
const ipv4 = fc.constantFrom(...IPV4);
const ipv6 = fc.constantFrom(...IPV6);
const range = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 1, max: 32 })),
  fc.tuple(ipv6, fc.integer({ min: 1, max: 128 })),
);
const url = fc
  .tuple(
    fc.oneof(
      name,
      ipv4,
      ipv6.map((address) => `[${address}]`),
    ),
    fc.constantFrom("", ":8080"),
    fc.constantFrom("/", "/a", "/a/b:1"),
    fc.constantFrom("", "?", "?q=1", "?q=1?/x"),
  )
  .map((parts) => parts.join(""));

const key: fc.Arbitrary<Key> = fc.oneof(
  ipv4.map((value) => ({ type: "ipv4" as const, value })),
  ipv6.map((value) => ({ type: "ipv6" as const, value })),
  range.map(([address, prefix]) => canonical("cidr", `${address}/${prefix}`)),
  fc.record({ type: fc.constantFrom<EntryType>("domain", "domain-exact"), value: name }),
  url.map((value) => canonical("url", value)),
  fc.constantFrom(canonical("md5", "0".repeat(32)), canonical("sha1", "0".repeat(40))),
);

function canonical(type: EntryType, raw: string): Key {
  const value = canonicalValue(type, raw);
  if (!value.ok) throw new Error(`${raw}: ${value.error.reason}`);
  return { type, value: value.value };
}

/** Written down once more, slowly. */
function covers(outer: Key, inner: Key): boolean {
  if (outer.type === inner.type && outer.value === inner.value) return true;
  switch (outer.type) {
    case "ipv4":
    case "ipv6":
    case "cidr":
      return contains(bitsOf(outer), bitsOf(inner));
    case "domain":
      return hostNames(inner).some(
        (host) => host === outer.value || host.endsWith(`.${outer.value}`),
      );
    case "domain-exact":
      return inner.type === "url" && hostNames(inner).includes(outer.value);
    case "url":
      return inner.type === "url" && coversUrl(new URL(`http://${outer.value}`), inner.value);
    case "md5":
    case "sha1":
    case "sha256":
      return false;
  }
}

function hostOfUrl(value: string): string {
  return /^(?:\[([^\]]*)\]|([^:/]*))/.exec(value)?.slice(1).join("") ?? "";
}

function hostNames({ type, value }: Key): string[] {
  if (type === "domain" || type === "domain-exact") return [value];
  const host = type === "url" ? hostOfUrl(value) : "";
  return host === "" || parseAddress(host) !== undefined ? [] : [host];
}

/** The fixed bits, as text of ones and zeros behind the family. */
function bitsOf({ type, value }: Key): string | undefined {
  const switches = typeSwitch(type, value);
  const text = switches === "url" ? hostOfUrl(value) : value;
  if (switches === "dns" || switches === "fileHash") return undefined;
  const bytes = parseAddress(text);
  const found = text.includes("/")
    ? parseRange(text)
    : bytes && { bytes, prefix: bytes.length * 8 };
  if (found === undefined) return undefined;
  const bits = [...found.bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return `${found.bytes.length}:${bits.slice(0, found.prefix)}`;
}

function contains(outer: string | undefined, inner: string | undefined): boolean {
  return outer !== undefined && inner?.startsWith(outer) === true;
}

function coversUrl(outer: URL, value: string): boolean {
  const inner = new URL(`http://${value}`);
  const samePlace = outer.hostname === inner.hostname && outer.pathname === inner.pathname;
  const samePort = outer.port === "" || outer.port === inner.port;
  const question = outer.href.includes("?");
  const sameQuery =
    !question || outer.href.split("?").slice(1).join() === inner.href.split("?").slice(1).join();
  return samePlace && samePort && sameQuery && (!question || inner.href.includes("?"));
}

test("covering and covered agree with a slow description of what covers what", () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), key, (held, entry) => {
      const index = new CoverIndex(held.map((one) => ({ ...one, item: one })));
      const covering = held.filter((one) => covers(one, entry));
      const covered = held.filter((one) => covers(entry, one));
      expect(sorted(index.covering(entry.type, entry.value))).toEqual(sorted(covering));
      expect(sorted(index.covered(entry.type, entry.value))).toEqual(sorted(covered));
      expect(index.isEmpty).toBe(held.length === 0);
    }),
    { numRuns: 2000 },
  );
});

test("narrow ranges come before wide ones, a name before its parents", () => {
  const index = new CoverIndex(
    ["10.0.0.0/8", "10.1.2.0/24", "10.1.0.0/16"]
      .map((value) => ({ type: "cidr" as EntryType, value, item: value }))
      .concat([
        { type: "domain", value: "test", item: "test" },
        { type: "domain", value: "evil.test", item: "evil.test" },
        { type: "domain-exact", value: "evil.test", item: "exactly" },
      ]),
  );
  expect(index.covering("ipv4", "10.1.2.3")).toEqual(["10.1.2.0/24", "10.1.0.0/16", "10.0.0.0/8"]);
  expect(index.covering("url", "evil.test/a")).toEqual(["exactly", "evil.test", "test"]);
  expect(index.covering("domain", "evil.test")).toEqual(["evil.test", "test"]);
});

test.each(["10.1.2", "10.1.2.3.4", "10.1.2.256", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"])(
  "%s is no address and is covered by nothing",
  (value) => {
    const everything = [
      { type: "cidr" as const, value: "0.0.0.0/1", item: 1 },
      { type: "cidr" as const, value: "::/1", item: 2 },
    ];
    expect(new CoverIndex(everything).covering("ipv4", value)).toEqual([]);
  },
);

function sorted(keys: readonly Key[]): string[] {
  return keys.map(({ type, value }) => `${type} ${value}`).toSorted();
}
