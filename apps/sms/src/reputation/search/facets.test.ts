import { FACET_FIELDS, type Facet } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestSms, type TestSms } from "../../test-sms.test-helper.ts";

let sms: TestSms;

beforeAll(async () => {
  sms = await createTestSms();
  const entries = [
    { value: "198.51.100.7", severity: "High", scanAction: "block", tags: { Note: "x" } },
    { value: "evil.example", severity: "Low", scanAction: "log" },
  ];
  await sms.call("POST", "/api/v1/reputation/entries", { entries });
});
afterAll(() => sms?.close());

const EXPECTED: Readonly<Record<Facet["field"], string>> = {
  type: "ipv4",
  severity: "High",
  action: "block",
  source: "Local",
  state: "no-device",
  expires: "never",
  tag: "Note",
};

async function facets(query: string): Promise<readonly Facet[]> {
  const answer = await sms.call<{ facets: Facet[] }>("GET", `/api/v1/reputation/facets?${query}`);
  return answer.facets;
}

test.each(FACET_FIELDS)("%s is counted over what a query finds, asked alone", async (field) => {
  expect(await facets(`q=198.51.100.7&fields=${field}`)).toEqual([
    { field, values: [{ value: EXPECTED[field], count: 1, exact: true }] },
  ]);
});

test("all fields are counted at once, each without its own terms", async () => {
  const found = await facets("q=severity%3AHigh");
  expect(found.map(({ field }) => field)).toEqual(FACET_FIELDS);
  const severities = found.find(({ field }) => field === "severity")?.values;
  expect(severities?.map(({ value }) => value).toSorted()).toEqual(["High", "Low"]);
  const types = found.find(({ field }) => field === "type")?.values;
  expect(types?.map(({ value }) => value)).toEqual(["ipv4"]);
});
