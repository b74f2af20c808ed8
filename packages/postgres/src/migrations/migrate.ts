import { createHash } from "node:crypto";
import { AppError, messageOf } from "@breakwater/protocol";
import pg from "pg";
import { clientConfig } from "../db/pool.ts";
import type { Log } from "../log.ts";
import type { Migration } from "./migration.ts";

/** Any number, as long as it is ours alone within a database. */
const LOCK = 7_246_091_845;

/**
 * Applies what is missing, in the order given, each in a transaction of its own. Safe to run from
 * several processes at once: they wait for each other. Returns the ids it applied.
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[],
  log: Log,
): Promise<string[]> {
  refuseDuplicates(migrations);
  // A connection of its own: the lock belongs to the session.
  const client = new pg.Client(clientConfig(url, { name: "migrate", statementTimeoutMs: 0 }));
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    const applied = await readApplied(client);
    refuseForeign(applied, migrations);
    const missing = migrations.filter((migration) => isMissing(migration, applied));
    for (const migration of missing) await apply(client, migration, log);
    return missing.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

export function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refuseDuplicates(migrations: readonly Migration[]): void {
  const seen = new Set<string>();
  for (const { id } of migrations) {
    if (seen.has(id)) throw new Error(`two migrations are called ${id}`);
    seen.add(id);
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  await client.query(`create table if not exists schema_migration (
    id text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<{ id: string; checksum: string }>(
    "select id, checksum from schema_migration",
  );
  return new Map(rows.map(({ id, checksum }) => [id, checksum]));
}

function refuseForeign(applied: Map<string, string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = [...applied.keys()].filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new AppError(
    "Conflict",
    `The database was used by a newer version (it has ${unknown.join(", ")}, unknown here). Start that version, or restore a backup.`,
  );
}

function isMissing({ id, sql }: Migration, applied: Map<string, string>): boolean {
  const before = applied.get(id);
  if (before === undefined) return true;
  if (before === checksumOf(sql)) return false;
  throw new AppError(
    "Conflict",
    `Migration ${id} was changed after it had been applied. Restore its text, and put the change into a new migration.`,
  );
}

async function apply(client: pg.Client, { id, sql }: Migration, log: Log): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query("insert into schema_migration (id, checksum) values ($1, $2)", [
      id,
      checksumOf(sql),
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw new AppError("Internal", `Migration ${id} failed: ${messageOf(error)}`, { cause: error });
  }
  log.info({ id }, "applied a migration");
}
