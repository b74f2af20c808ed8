import { randomBytes } from "node:crypto";
import type pg from "pg";
import { createDb, type Db } from "../db/db.ts";
import { ensureDatabase, withClient } from "../db/ensure-database.ts";
import { createPool } from "../db/pool.ts";
import { type Log, noLog } from "../log.ts";
import { checksumOf, migrate } from "../migrations/migrate.ts";
import type { Migration } from "../migrations/migration.ts";
import { withDatabase } from "../server/open-postgres.ts";
import { askForServer } from "./server-service.ts";

export type TestDatabase<Schema> = {
  url: string;
  pool: pg.Pool;
  db: Db<Schema>;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
};

/** Serialises the making of templates; any number. */
const TEMPLATE_LOCK = 5_512_377_402;

/**
 * A fresh database with these migrations applied, for one test file. The migrations run once per
 * test run; every database after the first is a copy.
 */
export async function createTestDatabase<Schema>(
  migrations: readonly Migration[] = [],
  log: Log = noLog,
): Promise<TestDatabase<Schema>> {
  const server = await askForServer();
  const name = `test_${randomBytes(8).toString("hex")}`;
  await withClient(server, async (client) => {
    const template = await makeTemplate(server, client, migrations);
    await client.query(`create database ${name} template ${template}`);
  });
  const url = withDatabase(server, name);
  const pool = createPool(url, { log, name: "test" });
  return {
    url,
    pool,
    db: createDb<Schema>(pool),
    async drop() {
      await pool.end();
      await withClient(server, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

async function makeTemplate(
  server: string,
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<string> {
  const name = `template_${checksumOf(JSON.stringify(migrations)).slice(0, 16)}`;
  await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 0) await fillTemplate(server, client, name, migrations);
    return name;
  } finally {
    await client.query("select pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
}

/** Under another name until it is complete. */
async function fillTemplate(
  server: string,
  client: pg.Client,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  const draft = `draft_${randomBytes(8).toString("hex")}`;
  await ensureDatabase(server, draft);
  await migrate(withDatabase(server, draft), migrations, noLog);
  await client.query(`alter database ${draft} rename to ${name}`);
}
