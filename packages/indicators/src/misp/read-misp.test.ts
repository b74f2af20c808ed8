import { describe, expect, test } from "vitest";
import { brief, everything, inChunks } from "../reading.test-helper.ts";
import { type MispReadOptions, readMisp } from "./read-misp.ts";

const HASH = "d41d8cd98f00b204e9800998ecf8427e";

function attribute(type: string, value: string, more: object = {}): object {
  return { type, value, to_ids: true, category: "Network activity", ...more };
}

function read(document: unknown, more: Partial<MispReadOptions> = {}) {
  return everything(readMisp(inChunks(JSON.stringify(document), 100), { now: 0, ...more }));
}

function event(...attributes: object[]): object {
  return { Event: { info: "Winter", threat_level_id: "2", Attribute: attributes } };
}

describe("attributes", () => {
  test.each([
    ["ip-src", "198.51.100.7", ["ipv4 198.51.100.7"]],
    ["ip-dst", "2001:DB8::1", ["ipv6 2001:db8::1"]],
    ["ip-dst", "198.51.100.0/24", ["cidr 198.51.100.0/24"]],
    ["ip-dst|port", "198.51.100.7|443", ["ipv4 198.51.100.7"]],
    ["domain", "Evil.test", ["domain evil.test"]],
    ["domain|ip", "evil.test|198.51.100.7", ["domain evil.test", "ipv4 198.51.100.7"]],
    ["hostname", "www.evil.test", ["domain www.evil.test"]],
    ["hostname|port", "evil.test|80", ["domain evil.test"]],
    ["url", "http://evil.test/a|b", ["url evil.test/a|b"]],
    ["md5", HASH, [`md5 ${HASH}`]],
    ["filename|md5", `a|b.exe|${HASH}`, [`md5 ${HASH}`]],
    ["filename|sha1", `a.exe|${HASH}`, ["! it is not a SHA1 hash"]],
    ["domain|ip", "evil.test", ["domain evil.test", "! it is not an IP address or range"]],
    ["link", "http://report.test/", ["! there is no type of entry for attributes of type link"]],
    ["uri", "/gate.php", ["! there is no type of entry for attributes of type uri"]],
  ])("of type %s: %s", async (type, value, expected) => {
    const { readings } = await read(event(attribute(type, value)));
    expect(brief(readings)).toEqual(expected.map((text) => `1 ${text}`));
  });

  test("carry tags, severity and description", async () => {
    const document = {
      Event: {
        info: "Winter",
        threat_level_id: 1,
        Tag: [{ name: "tlp:green" }, { name: "apt" }],
        Attribute: [
          attribute("domain", "evil.test", {
            comment: "C2",
            first_seen: "2025-01-31T12:00:00.000000+02:00",
            last_seen: null,
            Tag: [{ name: "apt" }, { name: "c2" }],
          }),
        ],
      },
    };
    const { readings } = await read(document);
    expect(readings).toEqual([
      {
        kind: "indicator",
        line: 1,
        indicator: {
          type: "domain",
          value: "evil.test",
          severity: "High",
          scanAction: null,
          tags: {
            "MISP Event": "Winter",
            "MISP Category": "Network activity",
            "MISP Tags": ["tlp:green", "apt", "c2"],
            Marking: ["TLP:GREEN"],
            "First Seen": "2025-01-31T10:00:00.000Z",
          },
          description: "C2",
          expires: null,
        },
      },
    ]);
  });

  test("that are deleted or not for detection are counted; the latter can be asked for", async () => {
    const document = event(
      attribute("domain", "a.test", { to_ids: false }),
      attribute("domain", "b.test", { deleted: "1" }),
      attribute("comment", "hello", { to_ids: "0" }),
      { type: "domain" },
    );
    expect(await read(document)).toMatchObject({
      readings: [],
      ignored: [
        { reason: "domain: not marked for detection (to_ids)", count: 1 },
        { reason: "deleted attributes", count: 1 },
        { reason: "comment: not marked for detection (to_ids)", count: 1 },
        { reason: "attributes without a type or value", count: 1 },
      ],
    });
    const all = await read(document, { allAttributes: true });
    expect(brief(all.readings)).toEqual(["1 domain a.test"]);
  });

  test("of objects follow the event's own, with the object's comment", async () => {
    const document = {
      Event: {
        Attribute: [attribute("domain", "a.test")],
        Object: [
          { name: "file", deleted: true, Attribute: [attribute("md5", HASH)] },
          {
            name: "url",
            comment: "gate",
            Attribute: [attribute("url", "b.test/x", { to_ids: 1 })],
          },
        ],
      },
    };
    const { readings, ignored } = await read(document);
    expect(brief(readings)).toEqual(["1 domain a.test", "3 url b.test/x"]);
    expect(readings[1]).toMatchObject({ indicator: { description: "gate", severity: null } });
    expect(ignored).toEqual([{ reason: "deleted attributes", count: 1 }]);
  });
});

describe("a document", () => {
  const one = event(attribute("domain", "a.test"));
  test.each<[string, unknown, string[]]>([
    ["event", one, ["1 domain a.test"]],
    ["export", { response: [one, one] }, ["1 domain a.test", "2 domain a.test"]],
    ["list of events", [one], ["1 domain a.test"]],
    [
      "search for attributes",
      { response: { Attribute: [attribute("domain", "a.test")] } },
      ["1 domain a.test"],
    ],
  ])("may be an %s", async (_, document, expected) => {
    expect(brief((await read(document)).readings)).toEqual(expected);
  });

  test.each([{}, [{}], 5, null, { "8c1b-uuid": { info: "manifest" } }])(
    "%j is refused",
    async (document) => {
      await expect(read(document)).rejects.toThrow(/no MISP event/);
    },
  );

  test("may hold no event", async () => {
    expect(await read([])).toMatchObject({ readings: [], ignored: [] });
  });
});
