import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datasetCapacity, datasetSpec, datasetSpecs, datasetStateLine } from "./datasets.ts";
import { formatAddress, parseAddress } from "./ip-address.ts";
import { HASH_ALGORITHMS, LANES } from "./lanes.ts";
import {
  addressHome,
  expandRange,
  parseRange,
  rangeSize,
  renderRangeCategories,
  renderRangeLine,
} from "./ranges.ts";
import { renderRules } from "./render-rules.ts";
import { decodeSid, isReservedSid, RULE_ROLES, SID_BASE, SID_LIMIT, sidOf } from "./sid-layout.ts";

describe("sids", () => {
  it("decode to what they were made of, and nothing else does", () => {
    const made = new Map(
      LANES.flatMap((lane) =>
        RULE_ROLES.map(({ offset, role }) => [sidOf(lane, offset), { lane, ...role }]),
      ),
    );
    expect(made.size).toBe(LANES.length * RULE_ROLES.length);
    for (let sid = SID_BASE - 200; sid < SID_LIMIT + 200; sid += 1) {
      expect(decodeSid(sid)).toEqual(made.get(sid));
      if (made.has(sid)) expect(isReservedSid(sid)).toBe(true);
    }
  });

  it("of the rendered rules are unique and in the block", () => {
    const text = renderRules({
      datasets: datasetSpecs(),
      urlScript: (lane, version) => `${lane}-${version}.lua`,
      hashLists: LANES.flatMap((lane) =>
        HASH_ALGORITHMS.map((algorithm) => ({ lane, algorithm, file: `${lane}.${algorithm}` })),
      ),
    });
    const sids = [...text.matchAll(/sid:(\d+);/g)].map(([, sid]) => Number(sid));
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.every((sid) => decodeSid(sid) !== undefined)).toBe(true);
    // Trust has no rules on hashes; only the reset lane has the eight parts of packet rules.
    const parts = 8 * (LANES.length - 1);
    expect(sids).toHaveLength(LANES.length * RULE_ROLES.length - HASH_ALGORITHMS.length - parts);
  });
});

describe("sets", () => {
  it("grow memory and buckets with their entries and keep what a million needs", () => {
    const million = datasetSpec({ lane: "block", kind: "ip", entries: 1_000_000 });
    expect(million.hashSize).toBe(1_048_576);
    expect(million.memcapBytes).toBeGreaterThan(1_048_576 * 64 + 2_000_000 * 110);
    expect(datasetCapacity(1_000_000)).toBe(2_000_000);
    const generation = datasetSpec({ lane: "block", kind: "ip", entries: 0, generation: 4 });
    expect([generation.name, generation.stateFile]).toEqual(["bw-block-ip-4", "bw-block-ip-4.lst"]);
  });

  it("write state lines as the engine reads them", () => {
    expect(datasetStateLine("string", "evil.test")).toBe("ZXZpbC50ZXN0\n");
    expect(datasetStateLine("ip", "2001:db8::1")).toBe("2001:db8::1\n");
  });
});

describe("addresses and ranges", () => {
  it("survive being read and written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes = parseAddress(text);
        if (bytes === undefined) throw new Error(`${text} was not read`);
        expect(bytes).toHaveLength(isIP(text) === 4 ? 4 : 16);
        expect(parseAddress(formatAddress(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["::ffff:192.0.2.1", "0:0:0:0:0:ffff:c000:201"],
    ["2001:db8::", "2001:db8:0:0:0:0:0:0"],
    ["::", "0:0:0:0:0:0:0:0"],
  ])("%s is %s", (text, expected) => {
    expect(formatAddress(parseAddress(text) ?? new Uint8Array())).toBe(expected);
  });

  it.each(["", "1.2.3", "1.2.3.256", "01.2.3.4", "fe80::1%eth0", "x"])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("clear host bits, count and expand", () => {
    const range = parseRange("192.0.2.130/26");
    expect(renderRangeLine(range, "reset")).toBe("192.0.2.128/26,2,100\n");
    expect(rangeSize(range)).toBe(64);
    const addresses = expandRange(range);
    expect([addresses?.[0], addresses?.[63]]).toEqual(["192.0.2.128", "192.0.2.191"]);
    expect(expandRange(parseRange("2001:db8::ff00/120"))?.at(-1)).toBe("2001:db8:0:0:0:0:0:ffff");
    expect(expandRange(parseRange("192.0.2.0/23"))).toBeUndefined();
    expect(expandRange(parseRange("2001:db8::/64"))).toBeUndefined();
    expect(parseRange("192.0.2.7").prefix).toBe(32);
  });

  it.each([
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.0/8/8",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "2001:db8::/129",
    "*",
  ])("%s is no range", (text) => {
    expect(() => parseRange(text)).toThrow(/is not a CIDR range/);
  });

  it("send colliding addresses to the ranges", () => {
    expect(addressHome("2001:db8::")).toBe("range");
    expect(addressHome("2001:db8::1")).toBe("live");
    expect(addressHome("192.0.2.0")).toBe("live");
    expect(addressHome("::ffff:192.0.2.1")).toBe("live");
    expect(() => addressHome("nonsense")).toThrow(/is not an IP address/);
  });

  it("give every lane its category", () => {
    expect(renderRangeCategories()).toBe(
      LANES.map((lane, index) => `${index + 1},bw-${lane},Breakwater ${lane}\n`).join(""),
    );
  });
});
