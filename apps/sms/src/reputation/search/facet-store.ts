import type { FacetField } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Db, Executor } from "../../database.ts";
import type { Condition } from "../sets/criteria-sql.ts";
import { MOST_GATHERED, type SearchContext, type SearchPlan } from "./plan-search.ts";
import { allOf, foundSql, idBounds, withIndexes } from "./search-store.ts";
import { stateOfSql } from "./state-sql.ts";

/** Where no index helps, facets are counted over so many of the newest entries. */
const NEWEST = 20_000;

export type FacetCount = { field?: FacetField; value: string; count: number; exact: boolean };

/** Counts of several fields over the entries that a plan's conditions hold for. */
export async function countFacets(
  db: Db,
  plan: SearchPlan,
  context: SearchContext,
  fields: readonly FacetField[],
): Promise<FacetCount[]> {
  const counts = sql.join(
    fields.map((field) => countSql(field, context)),
    sql` union all `,
  );
  if (plan.indexed.length > 0) {
    const found = await withIndexes(db, (tx) => countFound(tx, plan, counts));
    if (found !== undefined) return found;
  }
  return countNewest(db, plan, counts);
}

type CountRow = { field: FacetField; value: string | null; n: number; gathered: number };

/** Undefined: an index finds too many. */
async function countFound(
  db: Executor,
  plan: SearchPlan,
  counts: Condition,
): Promise<FacetCount[] | undefined> {
  const { rows } = await sql<CountRow>`
    with ${foundSql(plan.indexed)},
    e as materialized (select e.* from found e where ${allOf(plan.others)})
    select c.*, (select count(*) from found) as gathered from (${counts}) c (field, value, n)`.execute(
    db,
  );
  if ((rows[0]?.gathered ?? 0) > MOST_GATHERED) return undefined;
  return rows.flatMap((row) => countOf(row, true));
}

async function countNewest(db: Db, plan: SearchPlan, counts: Condition): Promise<FacetCount[]> {
  const bounds = await idBounds(db);
  if (bounds === undefined) return [];
  const from = Math.max(bounds.least, bounds.greatest - NEWEST + 1);
  const { rows } = await sql<CountRow>`
    with e as materialized (
      select e.* from reputation_entry e where e.id >= ${from} and ${allOf(plan.others)})
    select c.*, 0 as gathered from (${counts}) c (field, value, n)`.execute(db);
  return rows.flatMap((row) => countOf(row, from === bounds.least));
}

function countOf({ field, value, n }: CountRow, exact: boolean): FacetCount[] {
  return value === null ? [] : [{ field, value, count: n, exact }];
}

function countSql(field: FacetField, context: SearchContext): Condition {
  const name = sql.lit(field);
  switch (field) {
    case "type":
      return sql`select ${name}, e.type::text, count(*) from e group by 2`;
    case "severity":
      return sql`select ${name}, e.severity, count(*) from e group by 2`;
    case "action":
      return sql`select ${name}, e.scan_action, count(*) from e group by 2`;
    case "source":
      return sql`select ${name}, s.name::text, count(*) from e cross join unnest(e.sources) as asserted (source)
        join reputation_source s on s.id = abs(asserted.source) group by 2`;
    case "state":
      return sql`select ${name}, ${stateOfSql(context.facts)}, count(*) from e group by 2`;
    case "expires":
      return expiresSql(name, context.now);
    case "tag":
      return sql`select ${name}, tag, count(*) from e cross join jsonb_object_keys(e.tags) as tag
        group by 2`;
  }
}

const DAY_MS = 86_400_000;

/** Each as the query that finds it: what ends within a day ends within a week as well. */
function expiresSql(name: Condition, now: number): Condition {
  const within = (days: number) => sql`e.expires < ${new Date(now + days * DAY_MS)}`;
  const tests: [string, Condition][] = [
    ["never", sql`e.expires is null`],
    ["<1d", within(1)],
    ["<7d", within(7)],
    ["<30d", within(30)],
    [">30d", sql`not ${within(30)}`],
  ];
  const counts = tests.map(
    ([value, test]) => sql`select ${name}, ${sql.lit(value)}, count(*) from e
      where ${test} having count(*) > 0`,
  );
  return sql.join(counts, sql` union all `);
}
