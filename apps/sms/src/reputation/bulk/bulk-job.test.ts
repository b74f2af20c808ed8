import { SYSTEM_PRINCIPAL, silentLog } from "@breakwater/platform";
import type { BulkAction, JobId, Tags } from "@breakwater/protocol";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../audit.ts";
import { fleetView } from "../../fleet-view.ts";
import { type JobRejected, type JobRun, startJob } from "../../jobs/index.ts";
import { openTestApps, type TestApps } from "../../test-apps.test-helper.ts";
import { allEntries } from "../entries/all-entries.test-helper.ts";
import { changeEntries } from "../entries/change-entries.ts";
import { changeInBulk } from "../entries/change-in-bulk.ts";
import type { EntryEdit } from "../entries/change-plan.ts";
import { prepareEdits } from "../entries/prepare-edits.ts";
import { ensureSource } from "../entries/source-names.ts";
import { readTally } from "../entries/tally.ts";
import { type BulkJobDeps, bulkJob } from "./bulk-job.ts";
import { BulkCheckpoint, type BulkParams, type BulkTarget } from "./bulk-params.ts";
import { emptyTrash } from "./trash-store.ts";

let apps: TestApps;
let deps: BulkJobDeps;
let by: Actor;

/** Addresses that end in 7 are held back. */
const guard = ({ value }: { value: string }) =>
  value.endsWith("7") ? { code: "test", reason: "it ends in 7", remedy: "Release it" } : undefined;

beforeAll(async () => {
  apps = await openTestApps();
  const { context } = apps;
  deps = { ...context.reputation, guard: async () => guard, fleet: () => fleetView(context) };
  by = { principal: { ...SYSTEM_PRINCIPAL, name: "ada" }, source: "test" };
  await ensureSource(context.db, "Feed", "feed");
});
afterAll(() => apps?.close());

const plain = { severity: null, scanAction: null, tags: {}, description: "", expires: null };

async function start(action: BulkAction, target: BulkTarget = { q: "" }) {
  const { jobs, jobKinds, clock } = apps.context;
  const params: BulkParams = { target, action, asked: clock.now().toISOString() };
  const { job } = await startJob(jobs, jobKinds.bulk, { params, by });
  return { id: job.id, params };
}

type Started = { id: JobId; params: BulkParams };
type Done = { result: unknown; rejected: JobRejected[]; saved: BulkCheckpoint[] };

/** Does the work of a job in this process; `failAt`: the checkpoint of this number is lost. */
async function work(
  started: Started,
  options: { undo?: boolean; from?: BulkCheckpoint; failAt?: number } = {},
): Promise<Done> {
  const rejected: JobRejected[] = [];
  const saved: BulkCheckpoint[] = [];
  const run: JobRun<unknown, unknown> = {
    ...started,
    by,
    checkpoint: options.from ?? null,
    signal: new AbortController().signal,
    log: silentLog(),
    inputBytes: 0,
    input: async function* () {},
    reject: (one) => rejected.push(one),
    progress: () => {},
    saveCheckpoint: async (_tx, checkpoint) => {
      if (saved.length + 1 === options.failAt) throw new Error("the process is gone");
      saved.push(BulkCheckpoint.parse(checkpoint));
    },
  };
  const kind = bulkJob(deps);
  const undone = { id: started.id, checkpoint: null, result: null };
  try {
    const result = options.undo === true ? await kind.undo(run, undone) : await kind.run(run);
    return { result, rejected, saved };
  } catch (error) {
    if (options.failAt === undefined) throw error;
    return { result: undefined, rejected, saved };
  }
}

async function shown() {
  const { db } = apps.context;
  const entries = await allEntries(db);
  return {
    entries: entries.map(({ type, value, state, assertions }) => ({
      type,
      value,
      state,
      assertions: assertions.toSorted((one, other) => (one.source < other.source ? -1 : 1)),
    })),
    severities: Object.fromEntries([...(await readTally(db, "severity"))].filter(([, n]) => n > 0)),
  };
}

const edit = fc
  .record({
    value: fc.integer({ min: 1, max: 19 }).map((n) => `192.0.2.${n}`),
    source: fc.constantFrom("Local", "List", "Feed"),
    severity: fc.constantFrom("High" as const, "Low" as const, null),
    scanAction: fc.constantFrom("block" as const, null),
    tags: fc.constantFrom<Tags>({ Case: "7" }, { Team: ["a", "b"] }, {}),
    gone: fc.boolean(),
  })
  .map(({ value, source, gone, ...said }): EntryEdit => {
    const assertion = gone ? null : { ...plain, ...said };
    return { type: "ipv4", value, source, assertion };
  });

const action = fc.constantFrom<BulkAction>(
  { do: "delete" },
  { do: "set", severity: "High", scanAction: "log" },
  { do: "set", tags: { Case: "8" }, removeTags: ["Team"] },
  { do: "set", expires: "2999-01-01T00:00:00.000Z" },
  { do: "release" },
  { do: "discard" },
);

test("what is undone is exactly as it was", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 30 }),
      action,
      fc.constantFrom("", "severity:High", "state:held", "source:List", "no:tag"),
      async (edits, wanted, q) => {
        await changeEntries(deps, edits);
        const before = await shown();
        const started = await start(wanted, { q });
        await work(started);
        const { rejected } = await work(started, { undo: true });
        expect(rejected).toEqual([]);
        expect(await shown()).toEqual(before);
      },
    ),
    { numRuns: 60 },
  );
});

test("undoing leaves alone what somebody changed since, and says so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 30 }),
      action,
      fc.array(edit, { maxLength: 10 }),
      async (edits, wanted, later) => {
        await changeEntries(deps, edits);
        const before = await shown();
        const started = await start(wanted);
        await work(started);
        const changed = await shown();
        await changeEntries(deps, later);
        const meanwhile = await shown();
        const { rejected } = await work(started, { undo: true });
        const after = await shown();
        const said = (all: typeof before, { value, source }: { value: string; source: string }) =>
          all.entries
            .find((one) => one.value === value)
            ?.assertions.find((one) => one.source === source);
        const reported = new Set(rejected.map(({ value }) => value));
        for (let n = 1; n <= 19; n += 1) {
          for (const source of ["Local", "List", "Feed"]) {
            const key = { value: `192.0.2.${n}`, source };
            const mine = JSON.stringify(said(before, key)) !== JSON.stringify(said(changed, key));
            const theirs =
              JSON.stringify(said(changed, key)) !== JSON.stringify(said(meanwhile, key));
            expect(said(after, key)).toEqual(said(theirs ? meanwhile : before, key));
            if (mine && theirs) expect(reported).toContain(key.value);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("work that was interrupted goes on where its last commit was", async () => {
  const bulk = { ...deps, pool: apps.context.pool };
  const edits = Array.from({ length: 4100 }, (_, n): EntryEdit => {
    const value = `10.${n >> 8}.${n & 255}.1`;
    return { type: "ipv4", value, source: "Many", assertion: plain };
  });
  await changeInBulk(bulk, await prepareEdits(bulk, edits), async () => {});
  const started = await start({ do: "set", severity: "Medium" }, { q: "source:Many" });
  const kept = async () => {
    const { rows } = await sql<{ rows: number; entries: number }>`
      select count(*) as rows, count(distinct value) as entries from reputation_trash
      where job = ${started.id}`.execute(apps.context.db);
    return rows[0];
  };
  const broken = await work(started, { failAt: 2 });
  expect(broken.saved).toHaveLength(1);
  expect(await kept()).toEqual({ rows: 2000, entries: 2000 });
  const [from] = broken.saved;
  if (from === undefined) throw new Error("nothing was saved");
  const { result } = await work(started, { from });
  expect(result).toEqual({ changed: 4100, unchanged: 0, refused: 0 });
  expect(await kept()).toEqual({ rows: 4100, entries: 4100 });

  const half = await work(started, { undo: true, failAt: 2 });
  const place = half.saved[0];
  if (place === undefined) throw new Error("nothing was saved");
  const undone = await work(started, { undo: true, from: place });
  expect(undone).toMatchObject({ result: { changed: 4100, refused: 0 }, rejected: [] });
  expect(
    (await allEntries(apps.context.db)).filter(({ value }) => value.startsWith("10.")),
  ).toSatisfy((all: { assertions: unknown[] }[]) =>
    all.every((one) => one.assertions.length === 1),
  );
});

test("feeds keep what they assert, and it is said which entries stayed", async () => {
  await changeEntries(deps, [
    { type: "domain", value: "feed.test", source: "Feed", assertion: plain },
    { type: "domain", value: "list.test", source: "List", assertion: plain },
  ]);
  const { result, rejected } = await work(await start({ do: "delete" }, { q: "type:domain" }));
  expect(result).toEqual({ changed: 1, unchanged: 0, refused: 1 });
  expect(rejected).toMatchObject([{ value: "feed.test" }]);
});

test("the trash is emptied when a job cannot be undone any more", async () => {
  const { db, clock } = apps.context;
  const left = async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from reputation_trash`.execute(
      db,
    );
    return rows[0]?.n ?? 0;
  };
  const all = await left();
  await sql`update job set state = 'cancelled', finished = ${clock.now()}
    where id = (select job from reputation_trash limit 1)`.execute(db);
  expect(await emptyTrash(db, new Date(clock.now().getTime() - 1000), 100)).toBe(0);
  const gone = await emptyTrash(db, new Date(clock.now().getTime() + 1000), 100);
  expect(gone).toBeGreaterThan(0);
  expect(await left()).toBe(all - gone);
});
