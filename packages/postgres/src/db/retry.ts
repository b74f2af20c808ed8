import { setTimeout as sleep } from "node:timers/promises";

// SQLSTATE: 40001 serialization failure, 40P01 deadlock; nothing was committed.
const ROLLED_BACK = new Set(["40001", "40P01"]);
// Class 08 connection, 57P01-57P03 server going down or coming up, and the system's own codes.
const DISCONNECTED = /^(?:08\w{3}|57P0[1-3]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
// The driver reports a connection that broke during a statement without a code.
const DRIVER_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|not queryable/;

export type RetryOptions = { attempts?: number; firstWaitMs?: number; random?: () => number };

/**
 * Repeats work that failed for a passing reason: conflict with another transaction, or a server
 * that restarts. Only for idempotent work: a lost connection leaves open whether it was committed.
 */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 8, firstWaitMs = 50, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error;
      const most = Math.min(firstWaitMs * 2 ** (attempt - 1), 5_000);
      await sleep(most * (0.5 + random() / 2));
    }
  }
}

/** Would the same work have a chance if repeated? */
export function isPassing(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== null) return ROLLED_BACK.has(code) || DISCONNECTED.test(code);
  return error instanceof Error && DRIVER_MESSAGE.test(error.message);
}

/** SQLSTATE of a database error (or code of a system error), e.g. `23505` for a unique violation. */
export function sqlState(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}

export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== "23505") return false;
  return (
    constraint === undefined ||
    (error instanceof Error && "constraint" in error && error.constraint === constraint)
  );
}
