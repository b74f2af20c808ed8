import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { noLog } from "../log.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { loadMigrations } from "./load-migrations.ts";
import { migrate } from "./migrate.ts";

const first = { id: "0001-first", sql: "create table one (x int); insert into one values (1)" };
const second = { id: "0002-second", sql: "alter table one add column y int" };

let test: TestDatabase<unknown>;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const run = (...migrations: { id: string; sql: string }[]) => migrate(test.url, migrations, noLog);

it("applies what is missing, once", async () => {
  expect(await run(first)).toEqual(["0001-first"]);
  expect(await run(first, second)).toEqual(["0002-second"]);
  expect(await run(first, second)).toEqual([]);
});

it("is safe to run from several processes at once", async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => run(first, second)));
  expect(applied.flat().toSorted()).toEqual(["0001-first", "0002-second"]);
});

it("refuses a migration that was changed after it had been applied", async () => {
  await run(first);
  await expect(run({ ...first, sql: "create table two (x int)" })).rejects.toThrow(
    /0001-first was changed/,
  );
});

it("refuses a database of a newer version", async () => {
  await run(first, second);
  await expect(run(first)).rejects.toThrow(/newer version.*0002-second/);
});

it("leaves nothing of a migration that fails", async () => {
  const broken = { id: "0002-broken", sql: "create table two (x int); select no_such_column" };
  await expect(run(first, broken)).rejects.toThrow(/0002-broken failed.*no_such_column/);
  const { rows } = await test.pool.query(
    "select to_regclass('two') as two, to_regclass('one') as one",
  );
  expect(rows).toEqual([{ two: null, one: "one" }]);
  expect(await run(first, second)).toEqual(["0002-second"]);
});

it("refuses two migrations of one name", async () => {
  await expect(run(first, first)).rejects.toThrow(/two migrations are called 0001-first/);
});

it("loads a folder in order, with the same text whatever the line ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bw-migrations-"));
  const url = pathToFileURL(`${folder}/`);
  await writeFile(join(folder, "0002-b.sql"), "select 2;\r\n");
  await writeFile(join(folder, "0001-a.sql"), "select 1;\n");
  await writeFile(join(folder, "README.md"), "not a migration");
  expect(await loadMigrations(url)).toEqual([
    { id: "0001-a", sql: "select 1;\n" },
    { id: "0002-b", sql: "select 2;\n" },
  ]);
  await writeFile(join(folder, "3-c.sql"), "");
  await expect(loadMigrations(url)).rejects.toThrow(/3-c.sql: a migration is named/);
  await rm(folder, { recursive: true });
});
