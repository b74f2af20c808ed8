import { sql } from "kysely";
import { expect, it } from "vitest";
import { counterMigration } from "../db/counter.ts";
import { createTestDatabase } from "./test-database.ts";

it("gives every caller a database of its own with the migrations applied", async () => {
  const [one, two] = await Promise.all([
    createTestDatabase([counterMigration]),
    createTestDatabase([counterMigration]),
  ]);
  await sql`insert into counter values ('a', 1)`.execute(one.db);
  const { rows } = await sql`select * from counter`.execute(two.db);
  expect(rows).toEqual([]);
  await Promise.all([one.drop(), two.drop()]);
});

it("removes the database when it is dropped", async () => {
  const kept = await createTestDatabase();
  const gone = await createTestDatabase();
  const name = new URL(gone.url).pathname.slice(1);
  await gone.drop();
  const { rows } = await sql`select datname from pg_database where datname = ${name}`.execute(
    kept.db,
  );
  expect(rows).toEqual([]);
  await kept.drop();
});
