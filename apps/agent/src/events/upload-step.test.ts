import fc from "fast-check";
import { expect, test } from "vitest";
import { initialUpload, type UploadInput, uploadStep } from "./upload-step.ts";

/** A receiver that loses answers, asks to wait, and may have been restored from yesterday. */
class World {
  now = 0;
  state = initialUpload(0);
  end = 0;
  received = 0;
  acknowledged = 0;
  sending: number | undefined;

  input(input: UploadInput): void {
    const { state, effects } = uploadStep(this.state, input, { now: this.now, random: 0.5 });
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === "send") {
        if (this.sending !== undefined) throw new Error("two batches at once");
        this.sending = effect.from;
      } else this.acknowledged = effect.next;
    }
  }

  finish(outcome: "answered" | "answer-lost" | "lost" | "busy"): void {
    const from = this.sending;
    if (from === undefined) return;
    this.sending = undefined;
    if ((outcome === "answered" || outcome === "answer-lost") && from <= this.received) {
      this.received = Math.max(this.received, Math.min(this.end, from + 5));
    }
    if (outcome === "answered") this.input({ kind: "answered", next: this.received });
    else if (outcome === "busy") this.input({ kind: "failed", retryAfterMs: 4000 });
    else this.input({ kind: "failed" });
  }
}

const action = fc.oneof(
  fc.record({ do: fc.constant("spool" as const), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    do: fc.constant("finish" as const),
    outcome: fc.constantFrom(
      "answered" as const,
      "answer-lost" as const,
      "lost" as const,
      "busy" as const,
    ),
  }),
  fc.record({ do: fc.constant("restore" as const), back: fc.nat(10) }),
  fc.constantFrom({ do: "wait" as const }, { do: "connected" as const }),
);

test("one batch at a time, and everything arrives once the receiver is well", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80, size: "max" }), (actions) => {
      const world = new World();
      for (const next of actions) {
        if (next.do === "spool") {
          world.end += next.count;
          world.input({ kind: "spooled", end: world.end });
        } else if (next.do === "finish") world.finish(next.outcome);
        else if (next.do === "restore") world.received = Math.max(0, world.received - next.back);
        else if (next.do === "connected") world.input({ kind: "connected" });
        else {
          world.now += 1000;
          world.input({ kind: "tick" });
        }
      }
      world.end += 1;
      world.input({ kind: "spooled", end: world.end });
      for (let i = 0; i < 400; i += 1) {
        world.now += 60_000;
        world.input({ kind: "tick" });
        world.finish("answered");
      }
      expect(world.received).toBe(world.end);
      expect(world.acknowledged).toBe(world.end);
    }),
    { numRuns: 500 },
  );
});
