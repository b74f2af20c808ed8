import { DeviceId, DISTRIBUTION_STEPS, DistributionId } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextProgress } from "./progress.ts";
import type { Progress } from "./store.ts";

const queued: Progress = {
  distribution: DistributionId.parse("00000000-0000-4000-8000-000000000001"),
  device: DeviceId.parse("00000000-0000-4000-8000-000000000002"),
  step: "queued",
  state: "running",
  message: null,
};
const activation = fc.record({
  distribution: fc.constant(queued.distribution),
  step: fc.constantFrom(...DISTRIBUTION_STEPS),
  failed: fc.boolean(),
  message: fc.constantFrom("why", undefined),
});

test("steps never go back but by a retry, done stays done, and a failure has words", () => {
  fc.assert(
    fc.property(fc.array(activation, { maxLength: 20 }), (reports) => {
      let now = queued;
      for (const { message, ...report } of reports) {
        const given = message === undefined ? report : { ...report, message };
        const next = nextProgress(now, given);
        if (now.state === "done") expect(next).toBeUndefined();
        if (next === undefined) continue;
        const [before, after] = [now, next].map((one) => DISTRIBUTION_STEPS.indexOf(one.step));
        if (now.state === "running" && next.state !== "failed") {
          expect(after).toBeGreaterThanOrEqual(before ?? 0);
        }
        if (next.state === "failed") expect(next.message).not.toBe("");
        if (next.state === "done") expect(next.step).toBe("verified");
        now = next;
      }
    }),
  );
});

test("what was superseded is left alone", () => {
  const report = { distribution: queued.distribution, step: "verified", failed: false } as const;
  expect(nextProgress({ ...queued, state: "superseded" }, report)).toBeUndefined();
});
