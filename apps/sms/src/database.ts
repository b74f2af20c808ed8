import { type AccountsTables, accountsMigrations } from "@breakwater/accounts";
import {
  counterMigration,
  createDb,
  createPool,
  type Db as DbOf,
  loadMigrations,
  type Migration,
  type Tx as TxOf,
} from "@breakwater/postgres";
import type { QueryExecutorProvider } from "kysely";

/** Our own stores speak SQL themselves; the query builder knows only the accounts package's tables. */
export type Schema = AccountsTables;
export type Db = DbOf<Schema>;
export type Tx = TxOf<Schema>;
/** Whatever runs a statement: the pool or a transaction. */
export type Executor = QueryExecutorProvider;
export type Pool = ReturnType<typeof createPool>;

export async function smsMigrations(): Promise<Migration[]> {
  const own = await loadMigrations(new URL("../migrations/", import.meta.url));
  return [counterMigration, ...(await accountsMigrations()), ...own];
}

export { createDb, createPool };

/** A timestamptz as the API shows it. */
export function iso(date: Date): string {
  return date.toISOString();
}

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/**
 * JSON text that PostgreSQL takes as jsonb: it refuses NUL and lone surrogates, which devices and
 * people may well send. They become the replacement character.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u")) return text;
  return text.replaceAll(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (escape) =>
    escape === "\\\\" ? escape : "\\ufffd",
  );
}

/** A literal inside a LIKE pattern. */
export function likeLiteral(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
