import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExpiry } from "./expiry.ts";
import { parseScanAction } from "./scan-action.ts";
import { parseSeverity } from "./severity.ts";
import { parseWantedType } from "./wanted-type.ts";

const NOW = Date.UTC(2026, 10, 28);

describe("expiry", () => {
  test.each([
    ["2030-01-31", "2030-01-31T00:00:00.000Z"],
    ["2030-01-31T12:00:00Z", "2030-01-31T12:00:00.000Z"],
    ["2030-01-31T12:00:00.123456+02:00", "2030-01-31T10:00:00.123Z"],
    ["2030-01-31T12:00", "2030-01-31T12:00:00.000Z"],
    ["2030-01-31 12:00:00", "2030-01-31T12:00:00.000Z"],
    ["2030-01-31 12:00:00 UTC", "2030-01-31T12:00:00.000Z"],
    ["2030-01-31 12:00:00 EST", "2030-01-31T17:00:00.000Z"],
    ["2030-01-31 12:00:00 -0530", "2030-01-31T17:30:00.000Z"],
    ["1893499200", "2030-01-01T12:00:00.000Z"],
    ["1893499200000", "2030-01-01T12:00:00.000Z"],
    ["+7d", "2026-12-05T00:00:00.000Z"],
    ["12h", "2026-11-28T12:00:00.000Z"],
  ])("%s", (text, expected) => {
    const expires = parseExpiry(text, NOW);
    expect(typeof expires === "number" && new Date(expires).toISOString()).toBe(expected);
  });

  test.each(["", "never", "NONE", "-"])("%j never comes", (text) => {
    expect(parseExpiry(text, NOW)).toBeNull();
  });

  test.each([
    "2030-02-30",
    "2030-13-01",
    "2030-01-31 25:00:00",
    "2030-01-31 12:60:00",
    "2030-01-31 12:00:00 IST",
    "31.01.2030",
    "12345",
    "7x",
    "9999999w",
    "soon",
  ])("%j is no date", (text) => {
    expect(parseExpiry(text, NOW)).toBeUndefined();
  });

  test("every moment is read back from its ISO form", () => {
    const date = fc.date({
      min: new Date(0),
      max: new Date(253_402_300_799_999),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (moment) => {
        expect(parseExpiry(moment.toISOString(), NOW)).toBe(moment.getTime());
      }),
    );
  });
});

test.each([
  ["HIGH", "High"],
  ["critical", "High"],
  ["Medium", "Medium"],
  ["info", "Low"],
  ["100", "High"],
  ["70", "High"],
  ["69.9", "Medium"],
  ["30", "Medium"],
  ["0", "Low"],
  ["101", undefined],
  ["-1", undefined],
  ["1e1", undefined],
])("the severity %s is %s", (text, expected) => {
  expect(parseSeverity(text)).toBe(expected);
});

test.each([
  ["Block", "block"],
  ["DENY", "block"],
  ["alert", "log"],
  ["allow", undefined],
])("the scan action %s is %s", (text, expected) => {
  expect(parseScanAction(text)).toBe(expected);
});

test.each([
  ["SHA-256", "sha256"],
  ["IPv4-Addr", "ipv4"],
  ["domain_exact", "domain-exact"],
  ["IP", "address"],
  ["FileHash-MD5", "md5"],
  ["mutex", undefined],
])("the type %s is %s", (text, expected) => {
  expect(parseWantedType(text)).toBe(expected);
});
