import fc from "fast-check";
import { expect, it } from "vitest";
import { type SupervisionInput, type SupervisionState, step } from "./supervision.ts";

// A world around the machine: at most one process and one timer exist, and inputs come only from
// what exists.
type World = { state: SupervisionState; processes: number; timers: number; wrong: string[] };

function apply(world: World, input: SupervisionInput): void {
  const { state, effects } = step(world.state, input);
  world.state = state;
  for (const effect of effects) {
    switch (effect.kind) {
      case "start":
        world.processes++;
        break;
      case "wait":
        world.timers++;
        break;
      case "cancel-wait":
        world.timers--;
        break;
      case "terminate":
        if (world.processes === 0) world.wrong.push("terminated nothing");
        break;
    }
  }
  if (world.processes + world.timers > 1) world.wrong.push("two at once");
  // Something always exists that will bring the next input, unless it is over.
  const over = world.state.phase === "stopped";
  if (world.processes + world.timers !== (over ? 0 : 1)) world.wrong.push("stuck");
}

function isPossible(world: World, { kind }: SupervisionInput): boolean {
  switch (kind) {
    case "timer":
      return world.timers > 0;
    case "exited":
    case "ready":
      return world.processes > 0;
    case "stop":
      return true;
  }
}

function offer(world: World, input: SupervisionInput): void {
  if (!isPossible(world, input)) return;
  if (input.kind === "timer") world.timers--;
  if (input.kind === "exited") world.processes--;
  apply(world, input);
}

const input = fc.constantFrom<SupervisionInput>(
  { kind: "ready" },
  { kind: "exited" },
  { kind: "timer" },
  { kind: "stop" },
);

it("keeps one server running until it is told to stop, and then none", () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      const world: World = {
        state: { phase: "starting", attempt: 0 },
        processes: 1,
        timers: 0,
        wrong: [],
      };
      for (const next of [...inputs, { kind: "stop" } as const, { kind: "exited" } as const]) {
        offer(world, next);
      }
      expect([world.wrong, world.state.phase]).toEqual([[], "stopped"]);
    }),
  );
});

it("waits longer after every failed start, up to ten seconds, and starts over once it ran", () => {
  const waits: number[] = [];
  let state: SupervisionState = { phase: "starting", attempt: 0 };
  const send = (kind: SupervisionInput["kind"]) => {
    const next = step(state, { kind });
    state = next.state;
    for (const effect of next.effects) if (effect.kind === "wait") waits.push(effect.ms);
  };
  for (let n = 0; n < 9; n++) {
    send("exited");
    send("timer");
  }
  send("ready");
  send("exited");
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 100]);
});
