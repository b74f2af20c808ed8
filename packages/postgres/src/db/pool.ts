import pg from "pg";
import type { Log } from "../log.ts";
import { valueTypes } from "./value-types.ts";

export type PoolOptions = {
  log: Log;
  /** Connections at most. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
  /** Longest statement in ms; 0 for none. */
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
};

/** Settings every connection of ours starts with; for dedicated clients as well. */
export function clientConfig(url: string, options: Omit<PoolOptions, "log" | "max">) {
  return {
    connectionString: url,
    types: valueTypes,
    application_name: options.name ?? "breakwater",
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: options.lockTimeoutMs ?? 0,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  } satisfies pg.ClientConfig;
}

/** A connection pool that survives restarts of the server: broken connections are replaced. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(url, options),
    max: options.max ?? 8,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 60_000,
  });
  const onLost = (error: Error) => {
    options.log.warn({ err: error }, "lost a database connection");
  };
  pool.on("error", onLost);
  // While a connection is lent out the pool does not listen: a loss between two statements of a
  // transaction would end the process.
  pool.on("connect", (client) => {
    client.on("error", () => {});
  });
  return pool;
}
