import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { copyRows } from "./copy-rows.ts";
import { copyTransaction } from "./copy-transaction.ts";

type Schema = { item: { id: number; body: string | null; tags: unknown; at: Date | null } };
let test: TestDatabase<Schema>;

beforeAll(async () => {
  test = await createTestDatabase<Schema>([
    {
      id: "0001-item",
      sql: "create table item (id bigint primary key, body text, tags jsonb, at timestamptz)",
    },
  ]);
});
afterAll(() => test.drop());

const into = { table: "item", columns: ["id", "body", "tags", "at"] };

it("carries every character, null, json and time", async () => {
  const body = "tab\t line\n return\r back\\slash \\N 'quote' \u0001 é 漢 🌊";
  const at = new Date("2026-01-02T03:04:05.678Z");
  const count = await copyRows(test.pool, into, [
    [1, body, { list: ["a\nb", "\\"] }, at],
    [2, null, null, null],
    [3, "", [], null],
  ]);
  expect(count).toBe(3);
  expect(await test.db.selectFrom("item").selectAll().orderBy("id").execute()).toEqual([
    { id: 1, body, tags: { list: ["a\nb", "\\"] }, at },
    { id: 2, body: null, tags: null, at: null },
    { id: 3, body: "", tags: [], at: null },
  ]);
});

it("loads nothing when the source fails half-way, and leaves the pool usable", async () => {
  async function* failing() {
    for (let id = 1_000; id < 20_000; id++) yield [id, "x".repeat(50), null, null];
    throw new Error("source broke");
  }
  await expect(copyRows(test.pool, into, failing())).rejects.toThrow("source broke");
  await expect(copyRows(test.pool, into, [[1, null, null, null]])).rejects.toThrow(/duplicate key/);
  await expect(copyRows(test.pool, into, [[1]])).rejects.toThrow(/1 values, not 4/);
  const { rows } = await test.pool.query("select count(*) from item where id >= 1000");
  expect(rows).toEqual([{ count: 0 }]);
});

it("stages and merges in one transaction", async () => {
  const work = (fail: boolean) =>
    copyTransaction<Schema, void>(test.pool, async (tx, copy) => {
      await sql`create temp table staging (id bigint, body text) on commit drop`.execute(tx);
      const staged = { table: "staging", columns: ["id", "body"] };
      await copy(staged, [[50, "merged"]]);
      await sql`insert into item (id, body) select id, body from staging`.execute(tx);
      if (fail) throw new Error("no");
    });
  const merged = () => test.db.selectFrom("item").select("body").where("id", "=", 50).execute();
  await expect(work(true)).rejects.toThrow("no");
  expect(await merged()).toEqual([]);
  await work(false);
  expect(await merged()).toEqual([{ body: "merged" }]);
});
