import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALARM_LEVELS,
  type AlarmLevel,
  initialRenewalState,
  type RenewalEffect,
  type RenewalInput,
  type RenewalState,
  renewalStep,
} from "./renewal-step.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const certificate = { notBefore: START, notAfter: START + 365 * DAY };

function feed(state: RenewalState, inputs: RenewalInput[]) {
  const effects: RenewalEffect[] = [];
  for (const input of inputs) {
    const next = renewalStep(state, input);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const tick = (now: number): RenewalInput => ({ kind: "tick", now });

test("nothing happens before 30 days are left, then one renewal, and no second while it runs", () => {
  const due = certificate.notAfter - 30 * DAY;
  const state = initialRenewalState(certificate, 0);
  const { effects } = feed(state, [START, due - HOUR, due, due + HOUR].map(tick));
  expect(effects).toEqual([{ kind: "renew" }]);
});

test("short-lived certificates renew in their last third", () => {
  const short = { notBefore: START, notAfter: START + 3 * DAY };
  const state = initialRenewalState(short, 0);
  expect(feed(state, [tick(START + 2 * DAY - 1)]).effects).toEqual([]);
  expect(feed(state, [tick(START + 2 * DAY)]).effects).toEqual([{ kind: "renew" }]);
});

test("a clock that fell back does not hide that renewal is due", () => {
  const state = initialRenewalState(certificate, 0);
  const time = certificate.notAfter - 20 * DAY;
  const { effects } = feed(state, [{ kind: "server-time", time }, tick(START)]);
  expect(effects).toEqual([{ kind: "clock-behind", byMs: time - START }, { kind: "renew" }]);
});

/** A world with true time, clocks that jump, a server that fails, and restarts. */
type Event =
  | { kind: "hours"; count: number }
  | { kind: "clock-jump"; by: number }
  | { kind: "server-clock"; by: number }
  | { kind: "server"; up: boolean }
  | { kind: "restart" }
  | { kind: "hello" };

const jump = fc.integer({ min: -700, max: 700 }).map((days) => days * DAY);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("hours" as const),
      count: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("clock-jump" as const), by: jump }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("server-clock" as const), by: jump }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("server" as const), up: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hello" as const) }) },
);

type World = {
  time: number;
  skew: number;
  serverSkew: number;
  up: boolean;
  notAfter: number;
  state: RenewalState;
  renewals: number;
  attempts: number;
  /** Device-clock times of attempts since the last success or clock change. */
  recent: number[];
  serverTime: number;
};

function newWorld(): World {
  return {
    time: START,
    skew: 0,
    serverSkew: 0,
    up: true,
    notAfter: certificate.notAfter,
    state: initialRenewalState(certificate, 0.5),
    renewals: 0,
    attempts: 0,
    recent: [],
    serverTime: 0,
  };
}

/** Runs one input; the server answers a renewal at once, or fails. */
function apply(world: World, input: RenewalInput, jitter: number): void {
  const { state, effects } = renewalStep(world.state, input);
  world.state = state;
  for (const effect of effects) {
    if (effect.kind !== "renew") continue;
    world.attempts += 1;
    world.recent.push(world.time);
    if (world.up) {
      world.renewals += 1;
      world.recent = [];
      world.notAfter = world.time + 365 * DAY;
      apply(
        world,
        {
          kind: "renewed",
          certificate: { notBefore: world.time, notAfter: world.notAfter },
          jitter,
        },
        jitter,
      );
    } else apply(world, { kind: "failed", now: world.time + world.skew, jitter }, jitter);
  }
}

function advance(world: World, happening: Event, jitter: number): void {
  switch (happening.kind) {
    case "hours":
      for (let hour = 0; hour < happening.count; hour += 1) {
        world.time += HOUR;
        apply(world, tick(world.time + world.skew), jitter);
      }
      return;
    case "clock-jump":
      world.skew = happening.by;
      return;
    case "server-clock":
      world.serverSkew = happening.by;
      return;
    case "server":
      world.up = happening.up;
      return;
    case "restart": {
      const current = { notBefore: world.notAfter - 365 * DAY, notAfter: world.notAfter };
      world.state = initialRenewalState(current, jitter, world.serverTime);
      return;
    }
    case "hello":
      if (!world.up) return;
      apply(world, { kind: "server-time", time: world.time + world.serverSkew }, jitter);
      world.serverTime = world.state.serverTime;
  }
}

describe("simulation", () => {
  const schedule = fc.array(fc.tuple(event, fc.double({ min: 0, max: 0.999, noNaN: true })), {
    maxLength: 60,
  });

  const startDays = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 334, max: 364 }));

  test("whatever happened before: with a server and right clocks, two days are enough to be renewed", () => {
    fc.assert(
      fc.property(startDays, schedule, (startDay, steps) => {
        const world = { ...newWorld(), time: START + startDay * DAY, up: false };
        for (const [happening, jitter] of steps) advance(world, happening, jitter);
        world.skew = 0;
        world.serverSkew = 0;
        world.up = true;
        advance(world, { kind: "hello" }, 0.5);
        advance(world, { kind: "hours", count: 48 }, 0.5);
        expect(world.notAfter - world.time).toBeGreaterThan(28 * DAY);
        expect(world.state).toMatchObject({
          phase: "resting",
          failures: 0,
          alarm: "none",
          isClockBehind: false,
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a dead server is asked no more than twice a day in the long run", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 20, maxLength: 40 }),
        (jitters) => {
          const world = { ...newWorld(), up: false, time: certificate.notAfter - 30 * DAY };
          for (const jitter of jitters) advance(world, { kind: "hours", count: 24 }, jitter);
          expect(world.attempts).toBeGreaterThanOrEqual(jitters.length - 2);
          expect(world.attempts).toBeLessThanOrEqual(8 + 2 * jitters.length);
        },
      ),
    );
  });

  test("a dead server raises each alarm once, in order, and a renewal clears it", () => {
    const world = { ...newWorld(), up: false, time: certificate.notAfter - 31 * DAY };
    const levels: AlarmLevel[] = [];
    for (let hour = 0; hour < 32 * 24; hour += 1) {
      advance(world, { kind: "hours", count: 1 }, 0.5);
      if (world.state.alarm !== levels.at(-1)) levels.push(world.state.alarm);
    }
    expect(levels).toEqual(ALARM_LEVELS);
    advance(world, { kind: "server", up: true }, 0);
    advance(world, { kind: "hours", count: 25 }, 0);
    expect(world.state.alarm).toBe("none");
  });

  test("a working server renews once a year, and never alarms", () => {
    const world = newWorld();
    for (let day = 0; day < 3 * 365; day += 1) {
      advance(world, { kind: "hours", count: 24 }, (day % 10) / 10);
      expect(world.state.alarm).toBe("none");
      expect(world.notAfter - world.time).toBeGreaterThanOrEqual(29 * DAY - HOUR);
    }
    expect(world.renewals).toBe(3);
  });
});
