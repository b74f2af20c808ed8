import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CONNECT_TIMEOUT_MS,
  initialSession,
  type SessionInput,
  type SessionState,
  SILENCE_MS,
  sessionStep,
} from "./session-step.ts";

/*
 * A network that accepts, refuses, breaks and falls silent as it likes. At every moment at most
 * one connection is open; once the network is good again the device streams within a minute or so.
 */
type Weather =
  | { do: "pass"; ms: number }
  | { do: "answer" }
  | { do: "line" }
  | { do: "break" }
  | { do: "refuse" }
  | { do: "restart" };

const weather: fc.Arbitrary<Weather> = fc.oneof(
  fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  fc.constantFrom<Weather>(
    { do: "answer" },
    { do: "line" },
    { do: "break" },
    { do: "refuse" },
    { do: "restart" },
  ),
);

class World {
  now = 0;
  open = 0;
  opened = 0;
  state: SessionState = initialSession;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  input(input: SessionInput): void {
    const { state, effects } = sessionStep(this.state, input, {
      now: this.now,
      random: this.#random(),
    });
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === "open") {
        this.open += 1;
        this.opened += 1;
      } else this.open -= 1;
    }
    assert.equal(this.open, state.phase === "waiting" ? 0 : 1);
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      this.now += 100;
      this.input({ kind: "tick" });
    }
  }

  meet(next: Weather): void {
    if (next.do === "pass") return this.pass(next.ms);
    if (next.do === "restart") return this.input({ kind: "restart" });
    if (this.open === 0) return;
    if (next.do === "answer") return this.input({ kind: "answered" });
    if (next.do === "line") return this.input({ kind: "heard" });
    if (next.do === "refuse") return this.input({ kind: "refused", code: "CertificateRevoked" });
    this.open -= 1;
    this.input({ kind: "closed", reason: "reset" });
  }
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("one connection at a time, and streaming again soon after the network is good", () => {
  fc.assert(
    fc.property(fc.array(weather, { maxLength: 60, size: "max" }), fc.nat(), (script, seed) => {
      const world = new World(randomOf(seed));
      for (const next of script) world.meet(next);
      for (let i = 0; i < 700 && world.state.phase !== "streaming"; i += 1) {
        world.pass(100);
        if (world.state.phase === "connecting") world.input({ kind: "answered" });
      }
      expect(world.state.phase).toBe("streaming");
    }),
    { numRuns: 500 },
  );
});

test("failures in a row are spread out: never more than a few attempts a minute", () => {
  const world = new World(randomOf(5));
  for (let i = 0; i < 36_000; i += 1) {
    world.pass(100);
    if (world.open > 0) world.meet({ do: "break" });
  }
  const attemptsPerMinute = world.opened / 60;
  expect(attemptsPerMinute).toBeLessThan(6);
  expect(attemptsPerMinute).toBeGreaterThan(1);
});

test("a silent stream and an unanswered connection are given up", () => {
  const world = new World(() => 0.5);
  world.pass(100);
  expect(world.state.phase).toBe("connecting");
  world.pass(CONNECT_TIMEOUT_MS);
  expect(world.state.phase).toBe("waiting");
  world.pass(1000);
  world.input({ kind: "answered" });
  world.pass(SILENCE_MS - 200);
  world.input({ kind: "heard" });
  world.pass(SILENCE_MS - 200);
  expect(world.state.phase).toBe("streaming");
  world.pass(300);
  expect(world.state).toMatchObject({ phase: "waiting" });
});

test("a refused identity waits long and keeps the reason", () => {
  const world = new World(() => 0);
  world.pass(100);
  world.meet({ do: "refuse" });
  expect(world.state).toMatchObject({ phase: "waiting", refusal: "CertificateRevoked" });
  const opened = world.opened;
  world.pass(29_000);
  expect(world.opened).toBe(opened);
});
