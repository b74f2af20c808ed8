import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type JobLife,
  type JobStepInput,
  LEASE_MS,
  MOST_TAKEOVERS,
  NEW_JOB,
  stepJob,
} from "./job-step.ts";

const QUEUED: JobLife = { ...NEW_JOB, runAfter: 0 };
const RUNNING: JobLife = { ...QUEUED, state: "running", lease: { owner: "a", until: LEASE_MS } };
const ENDED = ["succeeded", "failed", "cancelled"];

describe("one step", () => {
  const rows: [string, JobLife, JobStepInput, Partial<JobLife> | undefined][] = [
    ["a claim", QUEUED, { type: "claim", owner: "a", now: 0 }, RUNNING],
    ["a claim before its time", { ...QUEUED, runAfter: 5 }, claimAt(4), undefined],
    ["a claim of a held job", RUNNING, claimAt(LEASE_MS - 1), undefined],
    ["a claim of a lapsed one", RUNNING, claimAt(LEASE_MS), { state: "running", takeovers: 1 }],
    [
      "a claim of one that lapses again and again",
      { ...RUNNING, takeovers: MOST_TAKEOVERS },
      claimAt(LEASE_MS),
      { state: "failed", lease: null },
    ],
    [
      "a claim of a lapsed one that is cancelled",
      { ...RUNNING, cancelRequested: true },
      claimAt(LEASE_MS),
      { state: "cancelled", lease: null },
    ],
    ["a checkpoint", { ...RUNNING, takeovers: 3 }, { type: "save", owner: "a" }, { takeovers: 0 }],
    ["a stranger's checkpoint", RUNNING, { type: "save", owner: "b" }, undefined],
    ["a cancel before it runs", QUEUED, { type: "cancel" }, { state: "cancelled" }],
    ["a cancel while it runs", RUNNING, { type: "cancel" }, { state: "running" }],
    ["a cancel too late", { ...QUEUED, state: "failed" }, { type: "cancel" }, undefined],
    [
      "a failure with another attempt",
      RUNNING,
      { type: "fail", owner: "a", retryAt: 9 },
      { state: "queued", attempts: 1, runAfter: 9, lease: null },
    ],
    [
      "a failure after a cancel",
      { ...RUNNING, cancelRequested: true },
      { type: "fail", owner: "a", retryAt: 9 },
      { state: "cancelled" },
    ],
    ["a release", RUNNING, { type: "release", owner: "a", now: 7 }, { state: "queued" }],
  ];
  test.each(rows)("%s", (_, life, input, expected) => {
    const next = stepJob(life, input);
    if (expected === undefined) expect(next).toBeUndefined();
    else expect(next).toMatchObject(expected);
  });
});

function claimAt(now: number): JobStepInput {
  return { type: "claim", owner: "b", now };
}

/** The length of the simulated work. */
const ITEMS = 6;
const PROCESSES = 2;

/** What happens next, to which of the processes. */
type Act =
  | { act: "claim" | "work" | "renew" | "crash" | "shut-down" | "fail"; process: number }
  | { act: "wait" | "turn-back"; ms: number }
  | { act: "cancel" };

const process = fc.integer({ min: 0, max: PROCESSES - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("claim" as const), process }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant("work" as const), process }) },
  fc.record({ act: fc.constantFrom("renew", "crash", "shut-down", "fail"), process }),
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom("wait" as const, "turn-back" as const),
      ms: fc.integer({ min: 0, max: 3 * LEASE_MS }),
    }),
  },
  fc.constant({ act: "cancel" as const }),
);

/** The table row and its effects change together or not at all, as in one transaction. */
class SimulatedJob {
  life = QUEUED;
  effects: number[] = [];
  checkpoint = 0;
  now = 0;
  /** What each process believes it is doing: its lease, and the item it works on. */
  readonly runs: ({ owner: string; next: number } | undefined)[] = [];
  #owners = 0;

  apply(happening: Act): void {
    switch (happening.act) {
      case "wait":
        this.now += happening.ms;
        return;
      case "turn-back":
        this.now -= happening.ms;
        return;
      case "cancel":
        this.change({ type: "cancel" });
        return;
      case "claim":
        return this.claim(happening.process);
      case "crash":
        this.runs[happening.process] = undefined;
        return;
      case "work":
        return this.work(happening.process);
      case "renew":
        return this.ofOwner(happening.process, (owner) => ({
          type: "renew",
          owner,
          now: this.now,
        }));
      case "shut-down":
        this.ofOwner(happening.process, (owner) => ({ type: "release", owner, now: this.now }));
        this.runs[happening.process] = undefined;
        return;
      case "fail":
        this.ofOwner(happening.process, (owner) => ({
          type: "fail",
          owner,
          retryAt: this.now + 5,
        }));
        this.runs[happening.process] = undefined;
    }
  }

  claim(index: number): void {
    if (this.runs[index] !== undefined) return;
    const owner = `owner ${(this.#owners += 1)}`;
    if (!this.change({ type: "claim", owner, now: this.now })) return;
    if (this.life.state === "running") this.runs[index] = { owner, next: this.checkpoint };
  }

  /** One item and its checkpoint, or the end. Whoever lost the lease learns it here. */
  work(index: number): void {
    const run = this.runs[index];
    if (run === undefined) return;
    const { owner, next } = run;
    if (next === ITEMS) {
      this.change({ type: "succeed", owner });
      this.runs[index] = undefined;
      return;
    }
    if (!this.change({ type: "save", owner })) {
      this.runs[index] = undefined;
      return;
    }
    this.effects.push(next);
    this.checkpoint = next + 1;
    run.next = this.checkpoint;
    if (!this.life.cancelRequested) return;
    this.change({ type: "stop", owner });
    this.runs[index] = undefined;
  }

  ofOwner(index: number, input: (owner: string) => JobStepInput): void {
    const run = this.runs[index];
    if (run !== undefined) this.change(input(run.owner));
  }

  change(input: JobStepInput): boolean {
    const next = stepJob(this.life, input);
    if (next === undefined) return false;
    expect(ENDED).not.toContain(this.life.state);
    expect(next.lease === null).toBe(next.state !== "running");
    this.life = next;
    return true;
  }
}

test("whatever crashes, pauses, jumps or is cancelled, no item is done twice, left out, or done afterwards", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 120 }), (happenings) => {
      const job = new SimulatedJob();
      for (const happening of happenings) job.apply(happening);
      const cancelled = job.life.cancelRequested;
      // From here on one process is left, and time only goes forward.
      for (let turn = 0; !ENDED.includes(job.life.state); turn += 1) {
        expect(turn).toBeLessThan(10);
        job.apply({ act: "crash", process: 1 });
        job.now += 40 * LEASE_MS;
        job.runs[0] = undefined;
        job.claim(0);
        for (let item = 0; item <= ITEMS; item += 1) job.work(0);
      }
      const done = job.effects;
      expect(done).toEqual(Array.from({ length: done.length }, (_, item) => item));
      expect(done.length).toBe(job.checkpoint);
      if (job.life.state === "succeeded") expect(done.length).toBe(ITEMS);
      if (job.life.state === "cancelled") expect(cancelled).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
