export {
  type CopyRow,
  type CopyTarget,
  type CopyValue,
  copyRows,
  encodeCopyRow,
} from "./db/copy-rows.ts";
export { type CopyInto, copyTransaction } from "./db/copy-transaction.ts";
export { counterMigration, currentRevision, nextRevision } from "./db/counter.ts";
export { createDb, type Db, json, type Tx } from "./db/db.ts";
export { ensureDatabase } from "./db/ensure-database.ts";
export { Lease, type LeaseOptions } from "./db/lease.ts";
export { type Listener, type ListenOptions, listen } from "./db/listen.ts";
export { notify } from "./db/notify.ts";
export { createPool, type PoolOptions } from "./db/pool.ts";
export {
  isPassing,
  isUniqueViolation,
  type RetryOptions,
  sqlState,
  withRetry,
} from "./db/retry.ts";
export { type TransactionOptions, transaction } from "./db/transaction.ts";
export { type Log, noLog } from "./log.ts";
export { loadMigrations } from "./migrations/load-migrations.ts";
export { migrate } from "./migrations/migrate.ts";
export type { Migration } from "./migrations/migration.ts";
export { type OpenOptions, openPostgres, type PostgresServer } from "./server/open-postgres.ts";
export {
  type EmbeddedPostgres,
  type StartOptions,
  startPostgres,
} from "./server/start-postgres.ts";
