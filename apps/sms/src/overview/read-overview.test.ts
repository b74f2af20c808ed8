import { expect, test } from "vitest";
import { type OverviewFacts, readOverview } from "./read-overview.ts";

const DAY = 86_400_000;
const now = new Date("2026-01-01T00:00:00Z");
const facts = (certificateExpires: number | null): OverviewFacts => ({
  now,
  devices: [],
  profiles: [],
  objects: { total: 0, selected: 0 },
  hours: [],
  feeds: [],
  connection: { state: "connected", summary: "", failing: [], certificateExpires },
});

test.each([
  ["without a certificate", null, undefined],
  ["while renewal has time", 14 * DAY, undefined],
  ["when renewal has failed for two weeks", 14 * DAY - 1, ["warning", /expires in 13 days/]],
  ["on the last day", DAY - 1, ["critical", /expires in 0 days/]],
  ["when it is too late", -1, ["critical", /has expired.*new enrollment token/]],
] as const)("the certificate towards the hub, %s", (_, left, expected) => {
  const expires = left === null ? null : now.getTime() + left;
  const { attention } = readOverview(facts(expires));
  if (expected === undefined) return expect(attention).toEqual([]);
  const [severity, message] = expected;
  expect(attention).toMatchObject([{ severity, path: "/vision-one" }]);
  expect(attention[0]?.message).toMatch(message);
});
