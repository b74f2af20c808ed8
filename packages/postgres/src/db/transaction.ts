import type { IsolationLevel, Transaction } from "kysely";
import type { Db, Tx } from "./db.ts";

export type TransactionOptions = { isolation?: IsolationLevel };

/**
 * Runs `work` in a transaction; commits when it resolves, rolls back when it throws, and throws
 * what `work` threw. Inside a transaction it joins that one.
 */
export async function transaction<Schema, T>(
  db: Db<Schema> | Tx<Schema>,
  work: (tx: Tx<Schema>) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  if (isTransaction(db)) return await work(db);
  const failure: { error?: unknown } = {};
  const builder =
    options.isolation === undefined
      ? db.transaction()
      : db.transaction().setIsolationLevel(options.isolation);
  try {
    return await builder.execute(async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        failure.error = error;
        throw error;
      }
    });
  } catch (error) {
    // On a lost connection the rollback fails too, and would hide what went wrong first.
    throw failure.error ?? error;
  }
}

function isTransaction<Schema>(db: Db<Schema> | Tx<Schema>): db is Transaction<Schema> {
  return db.isTransaction;
}
