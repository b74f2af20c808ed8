import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { counterMigration, currentRevision, nextRevision } from "./counter.ts";
import { transaction } from "./transaction.ts";

type Schema = { change: { rev: number } };
let test: TestDatabase<Schema>;

beforeAll(async () => {
  test = await createTestDatabase<Schema>([
    counterMigration,
    { id: "0001-change", sql: "create table change (rev bigint primary key)" },
  ]);
});
afterAll(() => test.drop());

it("gives ranges that follow on each other", async () => {
  const taken = await transaction(test.db, async (tx) => [
    await nextRevision(tx, "range"),
    await nextRevision(tx, "range", 10),
    await nextRevision(tx, "range"),
  ]);
  expect(taken).toEqual([1, 11, 12]);
  expect(await currentRevision(test.db, "range")).toBe(12);
  expect(await currentRevision(test.db, "unused")).toBe(0);
});

it("gives back what a failed transaction took", async () => {
  const failing = transaction(test.db, async (tx) => {
    await nextRevision(tx, "failed");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await currentRevision(test.db, "failed")).toBe(0);
});

it("lets a reader that goes on from the highest revision miss nothing", async () => {
  const seen: number[] = [];
  let writing = true;
  const poll = async () => {
    const last = seen.at(-1) ?? 0;
    const { rows } = await sql<{ rev: number }>`
      select rev from change where rev > ${last} order by rev`.execute(test.db);
    seen.push(...rows.map(({ rev }) => rev));
  };
  const reader = (async () => {
    while (writing) await poll();
    await poll();
  })();
  const writer = async () => {
    for (let n = 0; n < 100; n++) {
      await transaction(test.db, async (tx) => {
        const rev = await nextRevision(tx, "poll");
        // Commits in an order that does not depend on who was first.
        await sql`select pg_sleep(random() * 0.002)`.execute(tx);
        await tx.insertInto("change").values({ rev }).execute();
      });
    }
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
  writing = false;
  await reader;
  expect(seen).toEqual(Array.from({ length: 400 }, (_, n) => n + 1));
});
