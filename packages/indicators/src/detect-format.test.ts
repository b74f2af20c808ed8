import { expect, test } from "vitest";
import { detectFormat } from "./detect-format.ts";
import { inChunks } from "./reading.test-helper.ts";

test.each([
  ['  {"type":"bundle"', "stix"],
  ['[\n{"type":"indicator"', "stix"],
  [`{"response":[{"Event":{"pad":"${"x".repeat(200_000)}`, "misp"],
  ["[2001:db8::1]/x\nevil.test/y", "list"],
  ["evil.test\nbad.test", "list"],
  ["# a, b\n0.0.0.0 evil.test", "list"],
  ["# ip\tcount\n198.51.100.7\t10", "list"],
  ["ip\tcount\n198.51.100.7\t10", "csv"],
  ["value,type\nevil.test,domain", "csv"],
  ["evil.test;High\nbad.test;Low", "csv"],
  ["", "list"],
])("%.30j is %s", async (text, expected) => {
  expect(await detectFormat(inChunks(text, 1000))).toBe(expected);
});
