import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import type pg from "pg";
import { type CopyRow, type CopyTarget, copyWithClient } from "./copy-rows.ts";
import type { Tx } from "./db.ts";
import { transaction } from "./transaction.ts";

export type CopyInto = (
  target: CopyTarget,
  rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
) => Promise<number>;

/** A transaction that can also COPY: stage rows in bulk, then merge them, all or nothing. */
export async function copyTransaction<Schema, T>(
  pool: pg.Pool,
  work: (tx: Tx<Schema>, copy: CopyInto) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) });
    return await transaction(db, (tx) =>
      work(tx, async (target, rows) => {
        try {
          return await copyWithClient(client, target, rows);
        } catch (error) {
          broken = true;
          throw error;
        }
      }),
    );
  } finally {
    client.release(broken);
  }
}

/** The query builder wants a pool; this one lends the same connection and never takes it back. */
function poolOfOne(client: pg.PoolClient): PostgresPool {
  const lent: PostgresPoolClient = {
    query: client.query.bind(client),
    release: () => {},
  };
  return { connect: async () => lent, end: async () => {} };
}
