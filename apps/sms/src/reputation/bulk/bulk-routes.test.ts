import type { BulkPreview, Entry, Job } from "@breakwater/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestSms, type TestSms } from "../../test-sms.test-helper.ts";

let sms: TestSms;
const path = "/api/v1/reputation/entries/bulk";

beforeAll(async () => {
  sms = await createTestSms();
  const entries = Array.from({ length: 30 }, (_, n) => ({
    value: `198.51.100.${n}`,
    severity: n < 20 ? "Low" : "High",
    tags: n === 0 ? { Case: "1" } : {},
  }));
  await sms.call("POST", "/api/v1/reputation/entries", { entries });
});
afterAll(() => sms?.close());

async function ended({ id }: Job): Promise<Job> {
  return vi.waitFor(
    async () => {
      const job = await sms.call<Job>("GET", `/api/v1/jobs/${id}`);
      expect(["succeeded", "failed", "cancelled"]).toContain(job.state);
      return job;
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function find(q: string): Promise<Entry[]> {
  const list = `/api/v1/reputation/entries?limit=100&q=${encodeURIComponent(q)}`;
  return (await sms.call<{ items: Entry[] }>("GET", list)).items;
}

test("a change is previewed, made, audited and taken back", async () => {
  const before = await find("");
  const change = {
    q: "severity:Low",
    action: { do: "set", severity: "High", scanAction: "block" },
  };
  const preview = await sms.call<BulkPreview>("POST", `${path}-preview`, change);
  expect(preview).toMatchObject({ matches: { value: 20, exact: true }, looked: 20, changes: 20 });
  expect(preview.examples).toHaveLength(10);
  const job = await ended(await sms.call<Job>("POST", path, { ...change, expected: 20 }));
  expect(job).toMatchObject({
    state: "succeeded",
    title: "Change entries that match severity:Low",
    result: { changed: 20, unchanged: 0, refused: 0 },
    canUndo: true,
  });
  expect(await find("severity:High action:block")).toHaveLength(20);
  const undo = await ended(await sms.call<Job>("POST", `/api/v1/jobs/${job.id}/undo`));
  expect(undo).toMatchObject({ state: "succeeded", result: { changed: 20, refused: 0 } });
  const same = (entry: Entry) => ({ ...entry, lastModified: "" });
  expect((await find("")).map(same)).toEqual(before.map(same));
  const { rows } = await sms.database.pool.query<{ action: string }>(
    "select action from audit_record where action like 'job.%' order by 1",
  );
  expect(rows.map(({ action }) => action)).toEqual(["job.start", "job.undo"]);
});

test("entries are deleted one by one as well, and come back", async () => {
  const ids = (await find("198.51.100.1,198.51.100.2")).map(({ id }) => id);
  const job = await ended(await sms.call<Job>("POST", path, { ids, action: { do: "delete" } }));
  expect(job).toMatchObject({ title: "Delete 2 entries", result: { changed: 2 } });
  expect(await find("198.51.100.1,198.51.100.2")).toEqual([]);
  await ended(await sms.call<Job>("POST", `/api/v1/jobs/${job.id}/undo`));
  expect(await find("198.51.100.1,198.51.100.2")).toHaveLength(2);
});

test("a match that is another one than previewed is refused, naming both", async () => {
  const start = (expected: number) =>
    sms.fetch("POST", path, { q: "", action: { do: "release" }, expected });
  const refused = await start(60);
  expect(refused.status).toBe(409);
  expect(JSON.stringify(refused.body)).toMatch(/found 60 entries, and now there are 30/);
  expect((await start(0)).status).toBe(409);
  const taken = await start(32);
  expect(taken.status).toBe(202);
  await ended(taken.body as Job);
});

test.each([
  ["neither a query nor ids", { action: { do: "delete" } }],
  ["both", { q: "", ids: ["1"], action: { do: "delete" } }],
  ["a query that cannot be read", { q: "colour:red", action: { do: "delete" } }],
  ["nothing to set", { q: "", action: { do: "set" } }],
  ["an end in the past", { q: "", action: { do: "set", expires: "2001-01-01T00:00:00Z" } }],
  ["an unknown action", { q: "", action: { do: "explode" } }],
])("%s is refused", async (_, change) => {
  expect((await sms.fetch("POST", `${path}-preview`, change)).status).toBe(400);
  expect((await sms.fetch("POST", path, change)).status).toBe(400);
});
