import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePattern } from "./parse-pattern.ts";
import { patternValues } from "./pattern-values.ts";

/** `type value` of what is taken, `! part` of what is not; a string when it is no pattern. */
function values(pattern: string): string[] | string {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return parsed.error;
  return patternValues(parsed.value).map((found) =>
    found.kind === "value" ? `${found.type} ${found.value}` : `! ${found.part}`,
  );
}

const MD5 = "d41d8cd98f00b204e9800998ecf8427e";

describe("taken", () => {
  test.each([
    ["[ipv4-addr:value = '198.51.100.7']", ["ipv4 198.51.100.7"]],
    ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", ["ipv4 198.51.100.0/24"]],
    ["[ ipv6-addr:value == '2001:db8::1' ]", ["ipv6 2001:db8::1"]],
    [
      "[domain-name:value='evil.test' OR url:value = 'http://evil.test/']",
      ["domain evil.test", "url http://evil.test/"],
    ],
    ["[domain-name:value IN ('a.test', 'b.test')]", ["domain a.test", "domain b.test"]],
    [
      "[domain-name:value = 'a.test'] OR [domain-name:value = 'b.test']",
      ["domain a.test", "domain b.test"],
    ],
    [
      "([domain-name:value = 'a.test'] OR ([domain-name:value = 'b.test']))",
      ["domain a.test", "domain b.test"],
    ],
    [
      "[(domain-name:value = 'a.test') or (domain-name:value = 'b.test')]",
      ["domain a.test", "domain b.test"],
    ],
    [`[file:hashes.MD5 = '${MD5}']`, [`md5 ${MD5}`]],
    [
      `[file:hashes.'MD5' = 'x' OR file:hashes.'SHA-1' = 'y' OR file:hashes.SHA256 = 'z']`,
      ["md5 x", "sha1 y", "sha256 z"],
    ],
    [`[file:name = 'a.exe' AND file:hashes.MD5 = '${MD5}' AND file:size = 25]`, [`md5 ${MD5}`]],
    [
      "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.7']",
      ["address 198.51.100.7"],
    ],
    ["[network-traffic:dst_ref.value = 'evil.test']", ["domain evil.test"]],
    ["[url:value = 'http://evil.test/\\'a\\\\b']", ["url http://evil.test/'a\\b"]],
    ["/* why */ [domain-name:value = 'a.test'] // so", ["domain a.test"]],
    ["[file:name = 'a.exe' OR domain-name:value = 'a.test']", ["! file:name", "domain a.test"]],
  ])("%s", (pattern, expected) => {
    expect(values(pattern)).toEqual(expected);
  });
});

describe("not taken, the part named", () => {
  test.each([
    ["[ipv4-addr:value = '1.1.1.1' AND domain-name:value = 'a.test']", ["! AND"]],
    ["[ipv4-addr:value = '1.1.1.1'] AND [domain-name:value = 'a.test']", ["! AND"]],
    ["[ipv4-addr:value = '1.1.1.1'] FOLLOWEDBY [domain-name:value = 'a.test']", ["! FOLLOWEDBY"]],
    ["[ipv4-addr:value = '1.1.1.1'] WITHIN 300 SECONDS", ["! WITHIN"]],
    ["[ipv4-addr:value = '1.1.1.1'] REPEATS 5 TIMES", ["! REPEATS"]],
    [
      "[ipv4-addr:value = '1.1.1.1'] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00Z'",
      ["! START"],
    ],
    ["[ipv4-addr:value NOT = '1.1.1.1']", ["! NOT"]],
    ["[NOT ipv4-addr:value = '1.1.1.1']", ["! NOT"]],
    ["[ipv4-addr:value != '1.1.1.1']", ["! !="]],
    ["[domain-name:value LIKE '%.test']", ["! LIKE"]],
    ["[domain-name:value MATCHES '^evil']", ["! MATCHES"]],
    ["[domain-name:value ISSUBSET '10.0.0.0/8']", ["! ISSUBSET"]],
    ["[ipv4-addr:value ISSUPERSET '10.0.0.0/8']", ["! ISSUPERSET"]],
    ["[file:hashes.'SHA-512' = 'x']", ["! file:hashes.'SHA-512'"]],
    ["[EXISTS file:name]", ["! file:name"]],
    ["[network-traffic:dst_ref.value = '1.1.1.1' AND network-traffic:dst_port = 443]", ["! AND"]],
    ["[domain-name:value = 5]", ["! 5"]],
    ["[file:name = 'x' AND file:size > 5 AND file:hashes.MD5 = 'y']", ["! AND"]],
    ["[windows-registry-key:values[*].data = 'x']", ["! windows-registry-key:values[*].data"]],
  ])("%s", (pattern, expected) => {
    expect(values(pattern)).toEqual(expected);
  });
});

describe("no pattern", () => {
  test.each([
    ["", /ends where "\["/],
    ["ipv4-addr:value = '1.1.1.1'", /"\[" is expected/],
    ["[ipv4-addr:value = '1.1.1.1'", /ends where "\]"/],
    ["[ipv4-addr:value '1.1.1.1']", /comparison is expected/],
    ["[ipv4-addr:value = ipv4-addr:value]", /value is expected/],
    ["[ipv4-addr:value = '1.1.1.1']]", /goes on with "\]"/],
    ["[ipv4-addr:value = '1.1.1.1", /from character 20/],
    [`${"(".repeat(70)}[a:b = 'c']`, /nested too deep/],
    ["x".repeat(70_000), /longer than/],
  ])("%.40s", (pattern, expected) => {
    expect(values(pattern)).toMatch(expected);
  });
});

test("any text is a pattern or is explained", () => {
  const piece = fc.constantFrom(
    ..."[ ] ( ) = , ' 'a' AND OR NOT IN a:b file:hashes.MD5 START t'x' WITHIN 5 \\ /* */ EXISTS".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(text, (pattern) => {
      expect(values(pattern).length).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});
