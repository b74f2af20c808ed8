import { HttpApp, silentLog } from "@breakwater/platform";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { type Job, type JobId, PERMISSIONS, type Permission } from "@breakwater/protocol";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Db, type Schema, smsMigrations } from "../database.ts";
import { startJob, storeInput } from "./index.ts";
import {
  ADMINISTRATOR,
  BY,
  countedLines,
  countLines,
  createCounted,
  linesOf,
  TestClock,
  testDeps,
  testRunner,
  untilState,
  upload,
} from "./job.test-helper.ts";
import type { JobRunner } from "./job-runner.ts";
import { registerJobs } from "./routes.ts";

let database: TestDatabase<Schema>;
let db: Db;
let clock: TestClock;
let runner: JobRunner;
let app: HttpApp;
let deps: ReturnType<typeof testDeps>;

beforeAll(async () => {
  database = await createTestDatabase<Schema>(await smsMigrations());
  db = database.db;
  await createCounted(db);
});
beforeEach(async () => {
  clock = new TestClock();
  await sql`truncate counted, job, job_input cascade`.execute(db);
  deps = testDeps(db, clock, [countLines({ db })]);
  runner = testRunner(db, clock, countLines({ db }));
  app = await HttpApp.create({
    log: silentLog(),
    title: "t",
    version: "1",
    authenticate: async ({ headers }) => ({
      ...ADMINISTRATOR,
      permissions: permissionsIn(headers),
    }),
  });
  registerJobs(app, deps);
});
afterEach(() => Promise.all([runner.stop(), app.close()]));
afterAll(() => database?.drop());

/** All of them, or those that the request names. */
function permissionsIn(headers: Record<string, unknown>): ReadonlySet<Permission> {
  const named = headers["x-permissions"];
  return new Set(PERMISSIONS.filter((one) => typeof named !== "string" || named.includes(one)));
}

async function call(method: "GET" | "POST", url: string, permissions?: Permission[]) {
  const headers = permissions === undefined ? {} : { "x-permissions": permissions.join(" ") };
  const answer = await app.fastify.inject({ method, url: `/api/v1/jobs${url}`, headers });
  return { status: answer.statusCode, text: answer.body, body: answer.json };
}

async function start(lines = 23): Promise<JobId> {
  const input = await storeInput(deps, upload(linesOf(lines)));
  const params = { name: `list of ${lines}` };
  const { job } = await startJob(deps, countLines({ db }), { params, by: BY, input });
  runner.wake();
  clock.move(1);
  return job.id;
}

async function finished(lines?: number): Promise<JobId> {
  const id = await start(lines);
  await untilState(db, id, "succeeded");
  return id;
}

const json = async <T>(method: "GET" | "POST", url: string): Promise<T> =>
  (await call(method, url)).body<T>();

test("jobs are listed newest first, page by page, by kind and state", async () => {
  const ids: JobId[] = [];
  for (let n = 0; n < 5; n += 1) {
    await sql`truncate counted`.execute(db);
    ids.unshift(await finished(3));
  }
  type Page = { items: Job[]; nextCursor?: string; total: { value: number } };
  const first = await json<Page>("GET", "?limit=3&kind=count-lines&state=succeeded");
  const second = await json<Page>("GET", `?limit=3&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect([first.total.value, second.nextCursor]).toEqual([5, undefined]);
  expect((await json<Page>("GET", "?state=failed")).items).toEqual([]);
  expect((await json<Page>("GET", "?kind=another")).items).toEqual([]);
  expect((await call("GET", "?cursor=x")).status).toBe(400);
});

test("one job shows all that is known of it", async () => {
  const id = await finished();
  expect(await json("GET", `/${id}`)).toMatchObject({
    id,
    kind: "count-lines",
    title: "Count list of 23",
    state: "succeeded",
    progress: { done: 23, total: null, unit: "lines", note: "counting" },
    createdBy: "ada",
    nextAttempt: null,
    result: { lines: 23 },
    error: null,
    rejections: 3,
    canCancel: false,
    canUndo: true,
    undoOf: null,
    undoneBy: null,
  });
  expect((await call("GET", "/00000000-0000-4000-8000-000000000000")).status).toBe(404);
});

describe("what was not taken", () => {
  test("comes page by page", async () => {
    const id = await finished();
    type Page = { items: object[]; nextCursor: string; total: object };
    const first = await json<Page>("GET", `/${id}/rejections?limit=2`);
    expect(first.items[0]).toEqual({ line: 7, value: "bad 6", reason: "it is bad", remedy: "" });
    expect(first.total).toEqual({ value: 3, exact: true });
    const second = await json<Page>("GET", `/${id}/rejections?limit=2&cursor=${first.nextCursor}`);
    expect(second.items).toMatchObject([{ line: 21 }]);
    expect(second.nextCursor).toBeUndefined();
  });

  test("is a file", async () => {
    const id = await finished();
    const { text } = await call("GET", `/${id}/rejections.csv`);
    expect(text.split("\r\n")).toEqual([
      "line,value,reason,remedy",
      "7,bad 6,it is bad,",
      "14,bad 13,it is bad,",
      "21,bad 20,it is bad,",
      "",
    ]);
    const missing = await call("GET", "/00000000-0000-4000-8000-000000000000/rejections.csv");
    expect(missing.status).toBe(404);
  });
});

describe("undo", () => {
  test("takes back what a job did, as a job of its own, once", async () => {
    const id = await finished();
    const { status, body } = await call("POST", `/${id}/undo`);
    const undo = body<Job>();
    expect(status).toBe(201);
    expect(undo).toMatchObject({ title: "Undo: Count list of 23", undoOf: id });
    expect((await call("POST", `/${id}/undo`)).status).toBe(409);
    runner.wake();
    await untilState(db, undo.id, "succeeded");
    expect(await countedLines(db)).toEqual([]);
    expect(await json("GET", `/${id}`)).toMatchObject({ canUndo: false, undoneBy: undo.id });
    expect(await json("GET", `/${undo.id}`)).toMatchObject({
      canUndo: false,
      result: { lines: 23 },
    });
    expect(deps.audited.map(({ action }) => action)).toEqual(["job.start", "job.undo"]);
  });

  test("that comes to nothing may be tried again", async () => {
    const id = await finished();
    await runner.stop();
    const undo = await json<Job>("POST", `/${id}/undo`);
    expect((await call("POST", `/${undo.id}/cancel`)).status).toBe(200);
    expect(await json("GET", `/${id}`)).toMatchObject({ canUndo: true, undoneBy: null });
  });

  test("is offered for its time only", async () => {
    const id = await finished();
    clock.move(3_600_000);
    expect(await json("GET", `/${id}`)).toMatchObject({ canUndo: false });
    const late = await call("POST", `/${id}/undo`);
    expect([late.status, late.text]).toEqual([
      409,
      expect.stringContaining("could be undone until"),
    ]);
  });
});

test("looking needs one permission; changing needs another, and that of the kind", async () => {
  const id = await finished();
  expect((await call("GET", `/${id}`, ["jobs:read"])).status).toBe(200);
  expect((await call("GET", `/${id}`, ["jobs:write"])).status).toBe(403);
  expect((await call("POST", `/${id}/undo`, ["jobs:read", "reputation:write"])).status).toBe(403);
  expect((await call("POST", `/${id}/undo`, ["jobs:read", "jobs:write"])).status).toBe(403);
  await runner.stop();
  const waiting = await start();
  expect((await call("POST", `/${waiting}/cancel`, ["jobs:write"])).status).toBe(403);
  const both: Permission[] = ["jobs:write", "reputation:write"];
  expect((await call("POST", `/${waiting}/cancel`, both)).status).toBe(200);
  expect((await call("POST", `/${waiting}/cancel`, both)).status).toBe(409);
});
