import { type Tx, transaction } from "@breakwater/postgres";
import { sql } from "kysely";
import type { Accounts } from "../context.ts";
import { nameKey } from "../names.ts";
import type { AccountsTables } from "../tables.ts";
import {
  delayAfter,
  sourceNetwork,
  THROTTLE_POLICY,
  type ThrottleKind,
} from "./throttle-policy.ts";

export type Attempt = { name: string; source: string };

/**
 * Counts an attempt as failed before the password is looked at, so that many at once cannot slip
 * through, unless the account name or the source must wait. Returns the seconds to wait, 0 to go on.
 */
export async function beginAttempt({ db, clock }: Accounts, attempt: Attempt): Promise<number> {
  const now = clock.now();
  return await transaction(db, async (tx) => {
    const rows = await lockRows(tx, attempt, now);
    const waitMs = Math.max(...rows.map((row) => row.blocked_until.getTime() - now.getTime()));
    if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    for (const row of rows) await countFailure(tx, row, now);
    return 0;
  });
}

/** Takes back what `beginAttempt` counted. The source keeps its other failures. */
export async function forgetAttempt(tx: Tx<AccountsTables>, attempt: Attempt): Promise<void> {
  await tx.deleteFrom("login_throttle").where("key", "=", accountKey(attempt)).execute();
  await tx
    .updateTable("login_throttle")
    .set({ failures: sql`greatest(failures - 1, 0)` })
    .where("key", "=", sourceKey(attempt))
    .execute();
}

type Row = { key: string; failures: number; last_failure_at: Date; blocked_until: Date };

async function lockRows(tx: Tx<AccountsTables>, attempt: Attempt, now: Date): Promise<Row[]> {
  // Always in this order, so that two attempts cannot wait for each other.
  const keys = [accountKey(attempt), sourceKey(attempt)];
  for (const key of keys) {
    await tx
      .insertInto("login_throttle")
      .values({ key, failures: 0, last_failure_at: now, blocked_until: new Date(0) })
      .onConflict((conflict) => conflict.column("key").doNothing())
      .execute();
  }
  return await tx
    .selectFrom("login_throttle")
    .selectAll()
    .where("key", "in", keys)
    .orderBy("key")
    .forUpdate()
    .execute();
}

async function countFailure(tx: Tx<AccountsTables>, row: Row, now: Date): Promise<void> {
  const kind: ThrottleKind = row.key.startsWith("account:") ? "account" : "source";
  const { forgetAfterMs } = THROTTLE_POLICY[kind];
  const isOld = now.getTime() - row.last_failure_at.getTime() > forgetAfterMs;
  const failures = isOld ? 1 : row.failures + 1;
  const delayMs = delayAfter(kind, failures);
  await tx
    .updateTable("login_throttle")
    .set({
      failures,
      last_failure_at: now,
      // Without a delay not even until now: whoever read the clock a moment earlier would wait.
      ...(delayMs === 0 ? {} : { blocked_until: new Date(now.getTime() + delayMs) }),
    })
    .where("key", "=", row.key)
    .execute();
}

function accountKey({ name }: Attempt): string {
  return `account:${nameKey(name)}`;
}

function sourceKey({ source }: Attempt): string {
  return `source:${sourceNetwork(source)}`;
}
