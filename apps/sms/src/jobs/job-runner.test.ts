import { EventEmitter, once } from "node:events";
import { silentLog } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { AppError, invalidField, type JobId } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createDb, createPool, type Db, type Schema, smsMigrations } from "../database.ts";
import { cancelJob } from "./cancel-job.ts";
import { claimJob } from "./claim-job.ts";
import { defineJobKind, startJob, storeInput } from "./index.ts";
import {
  BY,
  BY_SYSTEM,
  type CountLinesOptions,
  countedLines,
  countLines,
  createCounted,
  jobRow,
  linesOf,
  TestClock,
  testDeps,
  testRunner,
  untilState,
  upload,
} from "./job.test-helper.ts";
import type { JobRunner } from "./job-runner.ts";
import { LEASE_MS, MOST_TAKEOVERS } from "./job-step.ts";
import { cleanUpJobs } from "./jobs.ts";

const LINES = 23;
const GOOD = Array.from({ length: LINES }, (_, index) => index + 1).filter((line) => line % 7 > 0);
const DAY = 86_400_000;

let database: TestDatabase<Schema>;
let db: Db;
let clock: TestClock;
let runners: JobRunner[];

beforeAll(async () => {
  database = await createTestDatabase<Schema>(await smsMigrations());
  db = database.db;
  await createCounted(db);
});
beforeEach(async () => {
  clock = new TestClock();
  runners = [];
  await sql`truncate counted, job, job_input cascade`.execute(db);
});
afterEach(() => Promise.all(runners.map((runner) => runner.stop())));
afterAll(() => database?.drop());

type Options = Omit<CountLinesOptions, "db">;

async function start(options: Options = {}, lines = LINES, by = BY) {
  const kind = countLines({ db, ...options });
  const deps = testDeps(db, clock, [kind]);
  const input = await storeInput(deps, upload(linesOf(lines)));
  const { job, started } = await startJob(deps, kind, { params: { name: "list" }, by, input });
  return { id: job.id, job, started, deps };
}

/** A process on the same database; its work runs over `own`, which it shares with nobody. */
function run(options: Options = {}, own: Db = db, itsClock: TestClock = clock): JobRunner {
  const runner = testRunner(own, itsClock, countLines({ db: own, ...options }));
  runners.push(runner);
  return runner;
}

/** Stops the work before the batch that begins after `line` lines, until it is let go. */
function gateAt(line: number) {
  const gate = new EventEmitter();
  const reached = once(gate, "reached");
  const opened = once(gate, "opened");
  const before = async (at: number) => {
    if (at !== line) return;
    gate.emit("reached");
    await opened;
  };
  return { before, reached, open: () => gate.emit("opened") };
}

test("a job does its work, counts what it did not take, and says what came of it", async () => {
  const { id, job, started, deps } = await start();
  expect(started).toBe(true);
  expect(job).toMatchObject({ state: "queued", createdBy: "ada", canCancel: true, canUndo: false });
  expect(deps.audited).toEqual([{ action: "job.start", object: "Count list" }]);
  run();
  const row = await untilState(db, id, "succeeded");
  expect(row).toMatchObject({
    result: { lines: LINES },
    rejections: 3,
    progress: { done: LINES, total: null, unit: "lines", note: "counting" },
    undo_until: new Date(clock.now().getTime() + 3_600_000),
    error: null,
  });
  expect(await countedLines(db)).toEqual(GOOD);
  const { rows } = await sql`select number, line from job_rejection order by number`.execute(db);
  expect(rows).toEqual([
    { number: 1, line: 7 },
    { number: 2, line: 14 },
    { number: 3, line: 21 },
  ]);
});

test("two processes share the queue, and do each job once", async () => {
  const kind = defineJobKind({
    kind: "mark",
    permission: "jobs:write",
    params: z.object({ line: z.number() }),
    checkpoint: z.null(),
    result: z.object({}),
    unit: "marks",
    title: ({ line }) => `Mark ${line}`,
    run: async ({ params, saveCheckpoint }) => {
      await transaction(db, async (tx) => {
        await sql`insert into counted values (${params.line}, 'x')`.execute(tx);
        await saveCheckpoint(tx, null);
      });
      return {};
    },
  });
  const deps = testDeps(db, clock, [kind]);
  const ids: JobId[] = [];
  for (let line = 1; line <= 20; line += 1)
    ids.push((await startJob(deps, kind, { params: { line }, by: BY })).job.id);
  runners.push(testRunner(db, clock, kind), testRunner(db, clock, kind));
  for (const id of ids) await untilState(db, id, "succeeded");
  expect(await countedLines(db)).toHaveLength(20);
});

describe("a job goes on where it was", () => {
  test("when its process is killed: after its lease, in another process", async () => {
    const { id } = await start();
    const pool = createPool(database.url, { log: silentLog(), name: "killed" });
    const gate = gateAt(10);
    const killed = run({ before: gate.before }, createDb(pool));
    await gate.reached;
    await pool.end();
    runners = [];
    const begun: number[] = [];
    run({ before: async (line) => void begun.push(line) });
    expect((await jobRow(db, id)).state).toBe("running");
    clock.move(LEASE_MS);
    const row = await untilState(db, id, "succeeded");
    expect(begun[0]).toBe(10);
    expect([row.takeovers, row.rejections]).toEqual([0, 3]);
    expect(await countedLines(db)).toEqual(GOOD);
    gate.open();
    await killed.stop();
  });

  test("and a process that only seemed dead changes nothing any more", async () => {
    const { id } = await start();
    const gate = gateAt(10);
    const ended = gateAt(20);
    run({ before: gate.before });
    await gate.reached;
    const ahead = new TestClock();
    ahead.move(2 * LEASE_MS);
    run({ before: ended.before }, db, ahead);
    await ended.reached;
    gate.open();
    ended.open();
    const row = await untilState(db, id, "succeeded");
    expect([row.result, row.rejections]).toEqual([{ lines: LINES }, 3]);
    expect(await countedLines(db)).toEqual(GOOD);
  });

  test("when its process shuts down: at once", async () => {
    const { id } = await start();
    const gate = gateAt(10);
    const first = run({ before: gate.before });
    await gate.reached;
    const stopped = first.stop();
    gate.open();
    await stopped;
    expect(await jobRow(db, id)).toMatchObject({ state: "queued", attempts: 0 });
    run();
    await untilState(db, id, "succeeded");
    expect(await countedLines(db)).toEqual(GOOD);
  });

  test("but not for ever when it ends its process every time", async () => {
    const { id, deps } = await start();
    for (let turn = 0; turn <= MOST_TAKEOVERS; turn += 1) {
      expect((await claimJob(deps, crypto.randomUUID()))?.id).toBe(id);
      clock.move(LEASE_MS);
    }
    expect(await claimJob(deps, crypto.randomUUID())).toBeUndefined();
    const row = await jobRow(db, id);
    expect([row.state, row.error?.message]).toEqual([
      "failed",
      expect.stringContaining("interrupted 6 times in a row"),
    ]);
  });
});

describe("a cancel", () => {
  test("ends a job that waits", async () => {
    const { id, deps } = await start();
    expect((await cancelJob(deps, id, BY)).state).toBe("cancelled");
    run();
    await expect(cancelJob(deps, id, BY)).rejects.toThrow("has cancelled already");
  });

  test("is noticed by the process that works on it, without a notice; what was done stays", async () => {
    const { id, deps } = await start();
    const gate = gateAt(10);
    const aborted = new EventEmitter();
    const noticed = once(aborted, "aborted");
    const before = async (line: number, signal: AbortSignal) => {
      signal.addEventListener("abort", () => aborted.emit("aborted"));
      await gate.before(line);
    };
    run({ before });
    await gate.reached;
    const asked = await cancelJob(deps, id, BY);
    expect(asked).toMatchObject({ state: "running", canCancel: false });
    await noticed;
    gate.open();
    const row = await untilState(db, id, "cancelled");
    expect(row.undo_until).not.toBeNull();
    expect(await countedLines(db)).toEqual(GOOD.filter((line) => line <= 10));
    expect(deps.audited.at(-1)).toEqual({ action: "job.cancel", object: "Count list" });
  });
});

describe("a failure", () => {
  const failing = (error: () => Error, times = Number.POSITIVE_INFINITY) => {
    let failures = 0;
    return async (line: number) => {
      if (line < 5 || failures >= times) return;
      failures += 1;
      throw error();
    };
  };
  const unavailable = () => new AppError("Unavailable", "The feed does not answer.");

  test("that may pass is tried again later, from the checkpoint, when the kind asks for it", async () => {
    const { id } = await start();
    run({ attempts: 3, before: failing(unavailable, 2) });
    for (let failed = 1; failed <= 2; failed += 1) {
      const row = await vi.waitFor(async () => {
        const now = await jobRow(db, id);
        expect([now.state, now.attempts]).toEqual(["queued", failed]);
        return now;
      }, 10_000);
      expect(row.error?.message).toBe("The feed does not answer.");
      expect(row.run_after.getTime()).toBe(clock.now().getTime() + 5_000 * failed);
      clock.move(5_000 * failed);
      for (const runner of runners) runner.wake();
    }
    const row = await untilState(db, id, "succeeded");
    expect([row.error, row.rejections]).toEqual([null, 3]);
    expect(await countedLines(db)).toEqual(GOOD);
  });

  test("ends the job at the last attempt, and at the first one without others", async () => {
    for (const attempts of [undefined, 1]) {
      await sql`truncate counted`.execute(db);
      const { id } = await start();
      const before = failing(unavailable);
      run({ before, ...(attempts === undefined ? {} : { attempts }) });
      expect((await untilState(db, id, "failed")).attempts).toBe(1);
      await Promise.all(runners.map((runner) => runner.stop()));
    }
  });

  test("that would come again is not tried again, and says what to do", async () => {
    const { id } = await start();
    const remedy = "Use a list";
    run({ attempts: 3, before: failing(() => invalidField("file", "x", "it is empty", remedy)) });
    const row = await untilState(db, id, "failed");
    expect(row.error).toMatchObject({ message: "file: it is empty. Use a list", remedy });
  });

  test("that nobody expected shows no detail", async () => {
    const { id } = await start();
    run({ before: failing(() => new Error("secret detail")) });
    const row = await untilState(db, id, "failed");
    expect(row.error?.message).not.toContain("secret");
    expect(row.error?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test("of one key only one job lives: starting another answers it, and its upload goes", async () => {
  const key = () => "the feed";
  const first = await start({ key });
  const second = await start({ key });
  expect([second.started, second.id]).toEqual([false, first.id]);
  const { rows } = await sql`select distinct job from job_input`.execute(db);
  expect(rows).toEqual([{ job: first.id }]);
  run();
  await untilState(db, first.id, "succeeded");
  expect((await start({ key })).started).toBe(true);
});

test("a job that is started in a transaction exists only if this commits", async () => {
  const kind = countLines({ db });
  const deps = testDeps(db, clock, [kind]);
  const attempt = transaction(db, async (tx) => {
    await startJob(deps, kind, { params: { name: "x" }, by: BY, tx });
    throw new Error("no");
  });
  await expect(attempt).rejects.toThrow("no");
  const { rows } = await sql`select id from job`.execute(db);
  expect(rows).toEqual([]);
});

test("what runs by itself is not in the audit log", async () => {
  const { deps } = await start({}, LINES, BY_SYSTEM);
  expect(deps.audited).toEqual([]);
});

test("uploads go a week after the end, jobs after 90 days, live ones never", async () => {
  const { id } = await start();
  run();
  await untilState(db, id, "succeeded");
  await Promise.all(runners.map((runner) => runner.stop()));
  const waiting = await start();
  const left = async () => {
    await cleanUpJobs(db, clock.now());
    const { rows } = await sql<{ id: JobId; input: boolean }>`
      select id, exists (select 1 from job_input i where i.job = job.id) as input
      from job order by created`.execute(db);
    return rows;
  };
  const live = { id: waiting.id, input: true };
  expect(await left()).toEqual(expect.arrayContaining([{ id, input: true }, live]));
  clock.move(8 * DAY);
  expect(await left()).toEqual(expect.arrayContaining([{ id, input: false }, live]));
  clock.move(83 * DAY);
  expect(await left()).toEqual([live]);
});
