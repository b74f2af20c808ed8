import { expect, test } from "vitest";
import { silentLog } from "../log.ts";
import { PollLoop } from "./poll-loop.ts";

function loopOf(run: () => Promise<void>): PollLoop {
  return new PollLoop({ name: "t", intervalMs: 3_600_000, run, log: silentLog() });
}

test("a wake during a run causes exactly one more run, never two at a time", async () => {
  let running = 0;
  let runs = 0;
  const loop = loopOf(async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    runs += 1;
  });
  loop.wake();
  loop.wake();
  loop.wake();
  await loop.drain();
  expect(runs).toBe(2);
  await loop.stop();
});

test("a failing run does not end the loop", async () => {
  let runs = 0;
  const loop = loopOf(async () => {
    runs += 1;
    throw new Error("no");
  });
  await loop.drain();
  await loop.drain();
  expect(runs).toBe(2);
  await loop.stop();
});

test("nor does one that throws before it gives a promise", async () => {
  let runs = 0;
  const loop = loopOf(() => {
    runs += 1;
    throw new Error("no");
  });
  await loop.drain();
  await loop.drain();
  expect(runs).toBe(2);
  await loop.stop();
});

test("stop waits for the run under way and lets no other start", async () => {
  let finished = false;
  const loop = loopOf(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    finished = true;
  });
  loop.wake();
  await loop.stop();
  expect(finished).toBe(true);
  finished = false;
  await loop.drain();
  expect(finished).toBe(false);
});
