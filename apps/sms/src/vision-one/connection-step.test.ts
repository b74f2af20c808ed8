import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  connectionStep,
  type DurablePhase,
  startConnection,
} from "./connection-step.ts";

/** Tokens work once, for one key; a certificate works until the hub drops it. */
class ModelHub {
  readonly used = new Map<string, number>();
  readonly valid = new Set<number>();
  #next = 1;

  enrol(token: string, key: string): number | undefined {
    const known = this.used.get(token);
    if (known !== undefined) return token.endsWith(key) ? known : undefined;
    const certificate = this.#next++;
    this.used.set(token, certificate);
    this.valid.add(certificate);
    return certificate;
  }
}

class World {
  readonly hub = new ModelHub();
  reachable = true;
  /** On disk. */
  stored: { phase: DurablePhase; reason: string | null } = { phase: "not-connected", reason: null };
  certificate: number | undefined;
  /** In memory. */
  state: ConnectionState;
  pending: ConnectionEffect[] = [];
  open: number | undefined;

  constructor() {
    this.state = startConnection(this.stored, false).state;
  }

  feed(input: ConnectionInput): void {
    this.take(connectionStep(this.state, input));
  }

  take({ state, effects }: ReturnType<typeof connectionStep>): void {
    this.state = state;
    for (const effect of effects) {
      // What the runner does at once, before anything else can happen.
      if (effect.kind === "save") this.stored = { phase: effect.phase, reason: effect.reason };
      else if (effect.kind === "close") this.#close();
      else this.pending.push(effect);
    }
  }

  /** Ends a link, one that is being opened, and the wait for the next. */
  #close(): void {
    this.open = undefined;
    this.pending = this.pending.filter(({ kind }) => kind !== "open" && kind !== "wait");
  }

  restart(): void {
    this.pending = [];
    this.open = undefined;
    this.take(startConnection(this.stored, this.certificate !== undefined));
  }

  work(lost: boolean): void {
    const effect = this.pending.shift();
    switch (effect?.kind) {
      case "enrol": {
        const got = this.reachable ? this.hub.enrol(effect.token, "1") : undefined;
        if (got === undefined || lost) return this.feed({ kind: "enrol-failed", problem: "no" });
        this.certificate = got;
        return this.feed({ kind: "enrolled" });
      }
      case "open":
        return this.tryLink(effect.attempt, lost);
      case "wait":
        return this.feed({ kind: "retry", attempt: effect.attempt });
      case "leave":
        if (this.reachable && !lost && this.certificate !== undefined) {
          this.hub.valid.delete(this.certificate);
        }
        this.certificate = undefined;
        return;
      default:
        return;
    }
  }

  tryLink(attempt: number, lost: boolean): void {
    if (!this.reachable || lost) {
      return this.feed({ kind: "link-down", attempt, problem: "unreachable", jitter: 0.5 });
    }
    if (this.certificate === undefined || !this.hub.valid.has(this.certificate)) {
      return this.feed({ kind: "link-refused", attempt, problem: "unknown" });
    }
    this.open = attempt;
    this.feed({ kind: "link-up", attempt });
  }
}

type Action =
  | { kind: "connect"; token: string }
  | { kind: "work"; lost: boolean }
  | { kind: "disconnect" | "crash" | "drop" | "network" | "link-lost" | "streams" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("connect" as const), token: fc.constantFrom("a1", "b1", "c2") }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("work" as const), lost: fc.boolean() }) },
  fc.record({
    kind: fc.constantFrom(
      "disconnect" as const,
      "crash" as const,
      "drop" as const,
      "network" as const,
      "link-lost" as const,
      "streams" as const,
    ),
  }),
);

function play(world: World, one: Action): void {
  switch (one.kind) {
    case "connect":
      return world.feed({ kind: "connect", token: one.token });
    case "work":
      return world.work(one.lost);
    case "disconnect":
      return world.feed({ kind: "disconnect" });
    case "crash":
      return world.restart();
    case "drop":
      return world.hub.valid.clear();
    case "network":
      world.reachable = !world.reachable;
      return;
    case "link-lost": {
      const attempt = world.open ?? world.state.attempt;
      return world.feed({ kind: "link-down", attempt, problem: "cut", jitter: 0.9 });
    }
    case "streams":
      return world.feed({ kind: "streams", failing: ["event-sharing"] });
  }
}

function check(world: World): void {
  const { phase } = world.state;
  if (phase === "connected" || phase === "degraded") {
    expect(world.open, "a link is open").toBe(world.state.attempt);
    expect(world.stored.phase).toBe("enrolled");
  }
  if (phase === "disconnected" || phase === "refused" || phase === "not-connected") {
    expect(world.open, "no link is open").toBeUndefined();
    expect(world.stored.phase).toBe(phase);
  }
}

const scenario = fc.array(action, { maxLength: 60 });

test("whatever happens, a usable token leads to a connection in the end", () => {
  fc.assert(
    fc.property(scenario, (actions) => {
      const world = new World();
      for (const one of actions) {
        play(world, one);
        check(world);
      }
      world.reachable = true;
      for (let step = 0; step < 20; step += 1) world.work(false);
      world.feed({ kind: "connect", token: "fresh1" });
      for (let step = 0; step < 20; step += 1) world.work(false);
      expect(world.state.phase).toBe("connected");
      world.restart();
      world.work(false);
      expect(world.state.phase).toBe("connected");
    }),
    { numRuns: 3000 },
  );
});

test("after disconnect nothing is opened, not even by a restart or late news", () => {
  fc.assert(
    fc.property(scenario, fc.array(fc.boolean(), { maxLength: 8 }), (actions, losses) => {
      const world = new World();
      for (const one of actions) play(world, one);
      const { attempt } = world.state;
      world.feed({ kind: "disconnect" });
      // An enrolment that was under way is not waited for.
      world.pending = world.pending.filter((effect) => effect.kind !== "enrol");
      for (const lost of losses) {
        world.feed({ kind: "retry", attempt });
        world.feed({ kind: "link-up", attempt });
        world.work(lost);
      }
      world.restart();
      expect(world.pending.filter((effect) => effect.kind === "open")).toEqual([]);
      expect(["disconnected", "not-connected"]).toContain(world.state.phase);
    }),
    { numRuns: 2000 },
  );
});

test("a lost answer burns no token: the same token and key connect at the second try", () => {
  const world = new World();
  world.feed({ kind: "connect", token: "a1" });
  world.work(true);
  expect(world.state).toMatchObject({ phase: "not-connected", problem: "no" });
  world.feed({ kind: "connect", token: "a1" });
  world.work(false);
  world.work(false);
  expect(world.state.phase).toBe("connected");
});

test("the back-off grows to its bound and starts anew after a connection", () => {
  const world = new World();
  world.feed({ kind: "connect", token: "a1" });
  world.work(false);
  world.reachable = false;
  const waits: number[] = [];
  for (let step = 0; step < 24; step += 1) {
    const [effect] = world.pending;
    if (effect?.kind === "wait") waits.push(effect.ms);
    world.work(false);
  }
  expect(waits.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  expect(waits.at(-1)).toBe(15_000);
  world.reachable = true;
  world.work(false);
  world.work(false);
  expect(world.state).toMatchObject({ phase: "connected", failures: 0 });
});
