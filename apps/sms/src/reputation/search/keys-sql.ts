import { ENTRY_TYPES } from "@breakwater/protocol";
import { sql } from "kysely";
import type { EntryKey } from "../entries/entry-state.ts";
import type { Condition } from "../sets/criteria-sql.ts";

/** Exactly these entries, one probe of the index each. */
export function keysSql(keys: readonly EntryKey[]): Condition {
  const tests = ENTRY_TYPES.flatMap((type) => {
    const values = keys.filter((key) => key.type === type).map(({ value }) => value);
    return values.length === 0 ? [] : [sql`e.type = ${type} and e.value = any(${values}::text[])`];
  });
  return tests.length === 0 ? sql`false` : sql`(${sql.join(tests, sql` or `)})`;
}
