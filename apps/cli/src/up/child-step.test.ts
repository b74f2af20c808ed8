import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CHILD_POLICY,
  type ChildEffect,
  type ChildInput,
  type ChildState,
  childStep,
  restartDelay,
} from "./child-step.ts";

/** A pretend machine: at most one process, at most one timer, and a check after every step. */
class World {
  state: ChildState = { phase: "idle" };
  alive = false;
  timer: number | undefined;
  now = 0;
  starts = 0;

  give(input: ChildInput): void {
    const step = childStep(this.state, input, CHILD_POLICY);
    this.state = step.state;
    for (const effect of step.effects) this.apply(effect);
    this.check();
  }

  private apply(effect: ChildEffect): void {
    switch (effect.type) {
      case "spawn":
        expect(this.alive).toBe(false);
        this.alive = true;
        this.starts += 1;
        return;
      case "wait":
        expect(effect.ms).toBeGreaterThan(0);
        this.timer = this.now + effect.ms;
        return;
      case "cancel-wait":
        this.timer = undefined;
        return;
      case "signal":
        expect(this.alive).toBe(true);
        return;
      case "report":
        return;
    }
  }

  /** Whatever happens: a live process is known, and something will happen next. */
  private check(): void {
    const { phase } = this.state;
    expect(this.alive).toBe(phase === "starting" || phase === "running" || phase === "stopping");
    const expectsTimer = phase === "starting" || phase === "waiting" || phase === "stopping";
    expect(this.timer !== undefined).toBe(expectsTimer);
  }

  exit(random = 0): void {
    if (!this.alive) return;
    this.alive = false;
    this.give({ type: "exited", now: this.now, reason: "code 1", random });
  }

  ring(): void {
    if (this.timer === undefined) return;
    this.now = Math.max(this.now, this.timer);
    // A process that gets SIGKILL from the timer is gone afterwards.
    const late = this.state.phase !== "waiting";
    this.give({ type: "timer" });
    if (late) this.exit();
  }
}

const action = fc.constantFrom("start", "ready", "exit", "ring", "stop", "later" as const);

function act(world: World, name: string): void {
  if (name === "start" || name === "stop") world.give({ type: name });
  if (name === "ready" && world.alive) world.give({ type: "ready", now: world.now });
  if (name === "exit") world.exit();
  if (name === "ring") world.ring();
  if (name === "later") world.now += 10_000;
}

describe("a supervised process", () => {
  it("never runs twice, and is never forgotten, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const world = new World();
        for (const name of actions) act(world, name);
      }),
    );
  });

  it("comes to rest after stop, however it was", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
        const world = new World();
        for (const name of actions) act(world, name);
        world.give({ type: "stop" });
        world.ring();
        expect(world.alive).toBe(false);
        expect(["idle", "failed"]).toContain(world.state.phase);
      }),
    );
  });

  it("is given up when it never becomes ready", () => {
    const world = new World();
    world.give({ type: "start" });
    for (let turn = 0; turn < 10; turn++) {
      world.exit();
      world.ring();
    }
    expect(world.starts).toBe(CHILD_POLICY.attempts);
    expect(world.state).toEqual({ phase: "failed", reason: "code 1" });
  });

  it("is restarted for ever once it was ready", () => {
    const world = new World();
    world.give({ type: "start" });
    world.give({ type: "ready", now: 0 });
    for (let turn = 0; turn < 50; turn++) {
      world.exit();
      world.ring();
    }
    expect(world.starts).toBe(51);
  });

  it("waits longer each time, up to a bound, and starts anew after a steady time", () => {
    const delays = [0, 1, 2, 3, 20, 1000].map((n) => restartDelay(n, 0, CHILD_POLICY));
    expect(delays).toEqual([250, 500, 1000, 2000, 15_000, 15_000]);
    expect(restartDelay(3, 1, CHILD_POLICY)).toBe(1500);
    const step = childStep(
      { phase: "running", failures: 9, since: 0 },
      { type: "exited", now: CHILD_POLICY.steadyMs, reason: "x", random: 0 },
      CHILD_POLICY,
    );
    expect(step.effects).toContainEqual({ type: "wait", ms: 250 });
  });
});
