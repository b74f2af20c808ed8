import { type TimeField, type TimeTest, timeBounds } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Condition } from "../sets/criteria-sql.ts";

const COLUMNS = { expires: "expires", added: "created", modified: "modified" } as const;

/** Entries whose moment passes one of the tests; `now` in ms. */
export function timesSql(field: TimeField, tests: readonly TimeTest[], now: number): Condition {
  const column = sql.ref(`e.${COLUMNS[field]}`);
  const conditions = tests.map((test) => {
    const bounds = timeBounds(field, test, now);
    if (bounds === "never") return sql`${column} is null`;
    const { from, to } = bounds;
    const after = from === null ? sql`true` : sql`${column} >= ${moment(from)}`;
    const before = to === null ? sql`true` : sql`${column} < ${moment(to)}`;
    return sql`(${column} is not null and ${after} and ${before})`;
  });
  return sql`(${sql.join(conditions, sql` or `)})`;
}

/**
 * What the index can be asked for: an entry ends no earlier than the first of its assertions.
 * Undefined where a test has no end.
 */
export function dueSql(tests: readonly TimeTest[], now: number): Condition | undefined {
  let latest = 0;
  for (const test of tests) {
    const bounds = timeBounds("expires", test, now);
    if (bounds === "never" || bounds.to === null) return undefined;
    latest = Math.max(latest, bounds.to);
  }
  return sql`e.due < ${moment(latest)}`;
}

/** The earliest moment that any of the tests allows; undefined: there is none. */
export function earliest(tests: readonly TimeTest[], now: number): number | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const test of tests) {
    const bounds = timeBounds("added", test, now);
    if (bounds === "never" || bounds.from === null) return undefined;
    first = Math.min(first, bounds.from);
  }
  return first;
}

/** As far as the database's calendar reaches here. */
const LATEST = Date.UTC(9999, 11, 31);

function moment(time: number) {
  return sql`${new Date(Math.max(-LATEST, Math.min(time, LATEST)))}::timestamptz`;
}
