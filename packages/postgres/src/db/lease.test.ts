import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { noLog } from "../log.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { Lease } from "./lease.ts";

let database: TestDatabase<unknown>;
const open: Lease[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const lease of open.splice(0)) await lease.close();
});
afterAll(() => database?.drop());

/** Notes what happened into `story`. */
async function contender(who: string, story: string[]): Promise<Lease> {
  const note = (what: string) => async () => {
    story.push(`${who} ${what}`);
  };
  const lease = new Lease(database.url, {
    name: "test",
    log: noLog,
    onHeld: note("has it"),
    onLost: note("gives it back"),
  });
  open.push(lease);
  return lease.start();
}

test("one holds it; another gets it when the first closes", async () => {
  const story: string[] = [];
  const first = await contender("first", story);
  const second = await contender("second", story);
  expect([first.held, second.held]).toEqual([true, false]);
  await first.close();
  await vi.waitFor(() => expect(second.held).toBe(true), 10_000);
  expect(story).toEqual(["first has it", "first gives it back", "second has it"]);
});

test("whoever takes it has it after the other has given it back", async () => {
  const story: string[] = [];
  const first = await contender("first", story);
  const second = await contender("second", story);
  expect(await second.take()).toBe(true);
  expect(first.held).toBe(false);
  expect(await first.take()).toBe(true);
  expect(story).toEqual([
    "first has it",
    "first gives it back",
    "second has it",
    "second gives it back",
    "first has it",
  ]);
});

test("a lost connection ends the holding, and it is held again", async () => {
  const story: string[] = [];
  const lease = await contender("it", story);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lease test'",
  );
  await vi.waitFor(() => expect(story).toHaveLength(3), 10_000);
  expect(story).toEqual(["it has it", "it gives it back", "it has it"]);
  expect(lease.held).toBe(true);
});

test("what cannot be taken up is given back", async () => {
  const lease = new Lease(database.url, {
    name: "test",
    log: noLog,
    onHeld: () => Promise.reject(new Error("no")),
    onLost: async () => undefined,
  });
  open.push(await lease.start());
  expect(lease.held).toBe(false);
  expect(await (await contender("other", [])).take()).toBe(true);
});
