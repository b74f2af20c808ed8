import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalUrl } from "./canonical-url.ts";
import { engineTargets } from "./engine-uri.test-helper.ts";

/** No `#`: clients keep it to themselves. No `%u` beyond one byte: the engine has a table for those. */
const PIECES = [
  ..."a b / A . \\ % ; ? + & = ~ ( ) ' \" < | ^ ` { } * ! @ : é".split(" "),
  ..."%41 %2f %2F // .. /./ /../ %5c %2 %zz %25 %2541 %2e %2E%2e %3f %3F %20 %23".split(" "),
  ..."%u0041 %u00e9 %u002f %e9 %c3%a9 [.] %00 %0a %0d %09 %u %u12 %c0%af %ff %80".split(" "),
];

test("a canonical URL is what the engine compares, however the request is spelled", () => {
  const targets = fc.sample(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`),
    { numRuns: 8000 },
  );
  const seen = engineTargets(targets);
  const wrong = targets.flatMap((target, i) => {
    const engine = seen.get(i);
    if (engine === undefined) return [`${target}: the engine saw no request`];
    // Normalising the root leaves nothing.
    const compared = engine[0] === 0x2f ? engine : Buffer.concat([Buffer.from("/"), engine]);
    const ours = bytesOf(target);
    return ours.equals(compared)
      ? []
      : [`${target}: ${ours.toString("latin1")} is not ${compared.toString("latin1")}`];
  });
  expect(wrong).toEqual([]);
});

/** The bytes that a canonical value spells, without the host. */
function bytesOf(target: string): Buffer {
  const url = canonicalUrl(`evil.test${target}`);
  if (!url.ok) return Buffer.from(`refused: ${url.error.reason}`);
  const text = url.value.slice("evil.test".length);
  const bytes = text.replace(/%([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, "latin1");
}
