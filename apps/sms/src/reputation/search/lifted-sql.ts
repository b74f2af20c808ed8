import type { EntryType } from "@breakwater/protocol";
import { sql } from "kysely";
import { likeLiteral } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import type { Condition } from "../sets/criteria-sql.ts";
import { keysSql } from "./keys-sql.ts";
import { rangeSql } from "./range-sql.ts";

/** With more of them a search asks no index, and looks at every entry instead. */
const MOST_LISTED = 100;

/**
 * Entries that exceptions for these values may lift: all of those, and a few beside. Undefined when
 * there are no exceptions.
 */
export function liftedSql(exceptions: readonly EntryKey[]): Condition | undefined {
  if (exceptions.length === 0) return undefined;
  if (exceptions.length > MOST_LISTED) return sql`true`;
  return sql`(${sql.join(
    exceptions.map(({ type, value }) => reachSql(type, value)),
    sql` or `,
  )})`;
}

function reachSql(type: EntryType, value: string): Condition {
  switch (type) {
    case "ipv4":
      return sql`(${rangeSql(`${value}/32`)} or ${urlsOn(value)})`;
    case "ipv6":
      return sql`(${rangeSql(`${value}/128`)} or ${urlsOn(`[${value}]`)})`;
    case "cidr":
      return sql`(${rangeSql(value)} or e.type = 'url' and e.value ~ '^(\\[|[0-9.]+[:/])')`;
    case "domain":
    case "domain-exact":
      return sql`(e.type in ('domain', 'domain-exact', 'url')
        and e.value ilike ${`%${likeLiteral(value)}%`})`;
    case "url":
      return urlsOn(/^(?:\[[^\]]*\]|[^:/]*)/.exec(value)?.[0] ?? value);
    case "md5":
    case "sha1":
    case "sha256":
      return keysSql([{ type, value }]);
  }
}

function urlsOn(host: string): Condition {
  return sql`(e.type = 'url' and e.value like ${`${likeLiteral(host)}%`})`;
}
