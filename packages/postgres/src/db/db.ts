import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from "kysely";
import type pg from "pg";

/** Query builder; stores take `Db` and so work in and outside of a transaction. */
export type Db<Schema> = Kysely<Schema>;
/** Proof that the caller is in a transaction, for functions that are wrong outside of one. */
export type Tx<Schema> = Transaction<Schema>;

export function createDb<Schema>(pool: pg.Pool): Db<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** A jsonb parameter. The driver would turn a plain array into a PostgreSQL array. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
