import { canonicalUrl } from "@breakwater/reputation-set";
import fc from "fast-check";
import { expect, test } from "vitest";
import { coveredTargets } from "./engine-requests.test-helper.ts";

/** No `#`: clients keep it to themselves. */
const PIECES = [
  ..."a b / A . \\ % ; ? + & = ~ ( ) ' \" < | ^ ` { } * ! @ : é".split(" "),
  ..."%41 %2f %2F // .. /./ /../ %5c %2 %zz %25 %2541 %2e %2E%2e %3f %3F %20 %23".split(" "),
  ..."%u0041 %u00e9 %u002f %u4e2d %ud800 %e9 %c3%a9 [.] %00 %0a %0d %09 %u %u12 %c0%af %ff %80".split(
    " ",
  ),
];
const SEED = 20_261_128;

test("the engine covers exactly the spellings that have the canonical value of an entry", () => {
  const targets = fc.sample(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`),
    { numRuns: 8000, seed: SEED },
  );
  const values = targets.map((target) => canonicalOf(`evil.test${target}`));
  const listed = new Set(values.filter((_, place) => place % 3 === 0));
  const seen = coveredTargets([...listed], targets);
  const wrong = targets.filter((_, place) => {
    const value = values[place] ?? "";
    const isListed = listed.has(value) || listed.has(value.replace(/\?.*$/s, ""));
    return isListed !== seen.has(place);
  });
  expect(wrong).toEqual([]);
  // Neither side may be empty, or the comparison would show nothing.
  expect(seen.size).toBeGreaterThan(targets.length / 3);
  expect(seen.size).toBeLessThan(targets.length * 0.9);
});

function canonicalOf(url: string): string {
  const value = canonicalUrl(url);
  if (!value.ok) throw new Error(`${url} is refused: ${value.error.reason}`);
  return value.value;
}
