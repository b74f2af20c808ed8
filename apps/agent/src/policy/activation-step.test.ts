import assert from "node:assert/strict";
import { type BundleOffer, DistributionId, Sha256 } from "@breakwater/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ActivationEffect,
  type ActivationInput,
  type ActivationState,
  activationStep,
  initialActivation,
} from "./activation-step.ts";

function offerOf(distribution: number, content: number): BundleOffer {
  return {
    distribution: DistributionId.parse(
      `00000000-0000-4000-8000-${String(distribution).padStart(12, "0")}`,
    ),
    sha256: Sha256.parse(String(content).padStart(64, "0")),
    size: 100,
  };
}

/** A device whose steps succeed or fail as told, and which may lose its memory at any time. */
class Device {
  state: ActivationState;
  /** On disk: survives a restart. */
  committed: Sha256 | undefined;
  /** What the engine runs. */
  running: Sha256 | undefined;
  working: ActivationEffect | undefined;
  reports = 0;

  constructor() {
    this.state = initialActivation(undefined);
  }

  input(input: ActivationInput): void {
    const { state, effects } = activationStep(this.state, input);
    const before = this.state.offer;
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === "report") this.reports += 1;
      else {
        assert(this.working === undefined, "two steps at once");
        this.working = effect;
      }
      if (effect.kind === "load") this.running = (before ?? state.offer)?.sha256;
    }
  }

  finish(ok: boolean, transient: boolean): void {
    const work = this.working;
    if (work === undefined) return;
    this.working = undefined;
    if (work.kind === "roll-back") {
      this.running = this.committed;
      return this.input({ kind: "done" });
    }
    if (ok && work.kind === "commit") {
      assert(this.running === work.sha256, "committed what does not run");
      this.committed = work.sha256;
    }
    this.input(ok ? { kind: "done" } : { kind: "failed", message: "no", transient });
  }

  restart(): void {
    this.working = undefined;
    this.running = this.committed;
    this.state = initialActivation(this.committed);
  }
}

type Action =
  | { do: "offer"; distribution: number; content: number }
  | { do: "finish"; ok: boolean; transient: boolean }
  | { do: "restart" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant("offer" as const), distribution: fc.nat(6), content: fc.nat(3) }),
  fc.record({ do: fc.constant("finish" as const), ok: fc.boolean(), transient: fc.boolean() }),
  fc.record({
    do: fc.constant("finish" as const),
    ok: fc.constant(true),
    transient: fc.constant(false),
  }),
  fc.constant({ do: "restart" as const }),
);

test("the engine ends with a verified policy, and with the newest one that can be verified", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60, size: "max" }), (actions) => {
      const device = new Device();
      for (const next of actions) {
        if (next.do === "offer") {
          device.input({ kind: "offer", offer: offerOf(next.distribution, next.content) });
        } else if (next.do === "finish") device.finish(next.ok, next.transient);
        else device.restart();
        assert(
          device.state.phase !== "idle" || device.running === device.committed,
          "idle on an unverified policy",
        );
      }
      const last = offerOf(99, 42);
      device.input({ kind: "offer", offer: last });
      for (let i = 0; i < 20; i += 1) device.finish(true, false);
      expect(device.state).toMatchObject({
        phase: "idle",
        active: last.sha256,
        outcome: { step: "verified" },
      });
      expect(device.running).toBe(last.sha256);
      expect(device.committed).toBe(last.sha256);
    }),
    { numRuns: 1000 },
  );
});

test("a refused policy is reported with the engine's words and not tried again until distributed again", () => {
  const device = new Device();
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  device.finish(true, false);
  device.finish(true, false);
  device.finish(false, false);
  expect(device.state).toMatchObject({
    phase: "idle",
    active: undefined,
    outcome: { step: "sent", failure: "no" },
  });
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  expect(device.state.phase).toBe("idle");
  device.input({ kind: "offer", offer: offerOf(2, 1) });
  expect(device.state.phase).toBe("fetching");
});

test("a failed download is tried again when the policy is offered again", () => {
  const device = new Device();
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  device.finish(false, true);
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  expect(device.state.phase).toBe("fetching");
});

test("what is active already is reported as verified", () => {
  const device = new Device();
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  for (let i = 0; i < 6; i += 1) device.finish(true, false);
  device.restart();
  device.input({ kind: "offer", offer: offerOf(1, 1) });
  expect(device.state).toMatchObject({ phase: "idle", outcome: { step: "verified" } });
});
