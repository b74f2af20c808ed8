import { describe, expect, test } from "vitest";
import { brief, everything, inChunks } from "../reading.test-helper.ts";
import { readStix } from "./read-stix.ts";
import { stixReadings } from "./stix-readings.ts";

const NOW = Date.UTC(2026, 0, 1);
const ID = "indicator--064fbaa0-3e64-4768-be2c-1d6cdd657882";
const GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da";

function indicator(more: object = {}): object {
  return { type: "indicator", id: ID, pattern: "[domain-name:value = 'Evil.test']", ...more };
}

describe("an indicator of STIX 2.1", () => {
  test("becomes an indicator with tags, severity, description and expiry", () => {
    const own = { type: "marking-definition", id: "marking-definition--1", name: "Members only" };
    const object = indicator({
      spec_version: "2.1",
      pattern_type: "stix",
      name: "Evil",
      description: "Bad host",
      confidence: 80,
      labels: ["apt"],
      indicator_types: ["malicious-activity"],
      valid_from: "2025-01-01T00:00:00Z",
      valid_until: "2027-01-01T00:00:00Z",
      object_marking_refs: [GREEN, own.id, "marking-definition--unknown"],
    });
    expect(stixReadings([object, own], { now: NOW })).toEqual({
      readings: [
        {
          kind: "indicator",
          line: 1,
          indicator: {
            type: "domain",
            value: "evil.test",
            severity: "High",
            scanAction: null,
            tags: {
              Labels: ["apt"],
              "Indicator Types": ["malicious-activity"],
              Marking: ["TLP:GREEN", "Members only"],
              Confidence: 80,
            },
            description: "Bad host",
            expires: Date.UTC(2027, 0, 1),
          },
        },
      ],
      ignored: [{ reason: "marking-definition: no indicator", count: 1 }],
    });
  });

  test.each([
    [{ labels: ["Severity: critical"] }, "High"],
    [{ labels: ["medium"], confidence: 90 }, "Medium"],
    [{ confidence: 10 }, "Low"],
    [{ labels: ["high-value"] }, null],
    [{ confidence: 900 }, null],
  ])("%j has the severity %s", (more, severity) => {
    const { readings } = stixReadings([indicator(more)], { now: NOW });
    expect(readings).toMatchObject([{ indicator: { severity } }]);
  });

  test.each([
    [{ revoked: true }, /is revoked/],
    [{ valid_until: "2025-01-01T00:00:00Z" }, /expired at 2025/],
    [{ valid_from: "2026-06-01T00:00:00Z" }, /valid from 2026-06/],
    [{ pattern_type: "yara" }, /pattern of type yara/],
    [{ indicator_types: ["benign"] }, /benign activity/],
    [{ pattern: undefined }, /has no pattern/],
    [{ pattern: "[domain-name:value LIKE 'x']" }, /LIKE is not supported/],
    [{ pattern: "[broken" }, /object path is expected/],
  ])("%j is rejected under its id", (more, reason) => {
    const { readings } = stixReadings([indicator(more)], { now: NOW });
    expect(readings).toMatchObject([
      { kind: "rejected", line: 1, reason: expect.stringMatching(reason) },
    ]);
    expect(readings[0]).toMatchObject({ reason: expect.stringContaining(ID) });
  });

  test("whose value is not what it should be is rejected with that value", () => {
    const { readings } = stixReadings([indicator({ pattern: "[ipv4-addr:value = '1.2.3']" })], {
      now: NOW,
    });
    expect(readings).toMatchObject([{ value: "1.2.3", reason: "it is not an IPv4 address" }]);
  });
});

test("of several versions of an object the newest counts", () => {
  const versions = [
    indicator({ modified: "2025-01-01T00:00:00Z" }),
    indicator({ modified: "2025-03-01T00:00:00Z", revoked: true }),
    indicator({ modified: "2025-02-01T00:00:00Z" }),
  ];
  const { readings, ignored } = stixReadings(versions, { now: NOW, before: 100 });
  expect(brief(readings)).toEqual([`102 ! ${ID} is revoked`]);
  expect(ignored).toEqual([{ reason: "indicator: an older version of another one", count: 2 }]);
});

test("observables are counted, not taken", () => {
  const seen = [
    { type: "ipv4-addr", id: "ipv4-addr--1", value: "1.1.1.1" },
    {
      type: "observed-data",
      id: "observed-data--1",
      objects: { 0: { type: "ipv4-addr", value: "1.1.1.1" } },
    },
    { type: "ipv4-addr", id: "ipv4-addr--2", value: "1.1.1.2" },
    5,
  ];
  expect(stixReadings(seen, { now: NOW })).toEqual({
    readings: [],
    ignored: [
      { reason: "ipv4-addr: says what was seen, not that it is bad", count: 2 },
      { reason: "observed-data: says what was seen, not that it is bad", count: 1 },
      { reason: "objects without a type", count: 1 },
    ],
  });
});

describe("a document", () => {
  test.each<[string, unknown]>([
    ["bundle", { type: "bundle", id: "bundle--1", objects: [indicator()] }],
    ["TAXII envelope", { more: false, objects: [indicator()] }],
    ["list of objects", [indicator()]],
    ["single object", indicator()],
  ])("may be a %s", async (_, document) => {
    const { readings } = await everything(
      readStix(inChunks(JSON.stringify(document), 9), { now: NOW }),
    );
    expect(brief(readings)).toEqual(["1 domain evil.test"]);
  });

  test("may be a bundle of nothing", async () => {
    const { batches } = await everything(
      readStix(inChunks('{"type":"bundle","id":"x"}'), { now: NOW }),
    );
    expect(batches).toEqual([{ readings: [], ignored: [], offset: 0, line: 0 }]);
  });

  test.each([
    ["{}", /no STIX bundle/],
    ["<stix:STIX_Package>", /not JSON/],
    ['{"objects": [', /not JSON.*complete/],
    [`${'{"a":'.repeat(65)}1${"}".repeat(65)}`, /deeper than 64/],
    ['{"objects":[{"__proto__":{"type":"indicator"}}]}', /__proto__/],
    ['{"objects":[{"\\u005f_proto__":1}]}', /__proto__/],
    [`{"objects":[],"pad":"${"x".repeat(2000)}"}`, /longer than 1000 bytes/],
  ])("%.40s is refused", async (text, message) => {
    const read = everything(readStix(inChunks(text, 50), { now: NOW, maxBytes: 1000 }));
    await expect(read).rejects.toThrow(message);
  });

  test("with bytes that are no UTF-8 is refused", async () => {
    const read = everything(readStix(inChunks(Buffer.from('["\xfc"]', "latin1")), { now: NOW }));
    await expect(read).rejects.toThrow(/not UTF-8/);
  });

  test("may hold brackets and the word __proto__ in its texts", async () => {
    const text = JSON.stringify([indicator({ name: `__proto__ ${'{["\\'.repeat(100)}` })]);
    const { readings } = await everything(readStix(inChunks(text), { now: NOW }));
    expect(brief(readings)).toEqual(["1 domain evil.test"]);
  });
});
