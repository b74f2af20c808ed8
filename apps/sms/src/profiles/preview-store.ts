import type { EntryId, EntryType, FilterPreview, Severity } from "@breakwater/protocol";
import { type RawBuilder, sql } from "kysely";
import type { Executor } from "../database.ts";

/** A condition on `reputation_entry e`. */
type Condition = RawBuilder<unknown>;
/** Pages of the table, the last one excluded. */
type Part = { from: number; to: number };

/** Entries that were seen are looked up one by one; there are seldom more. */
const MOST_SEEN = 5_000;

export async function tablePages(db: Executor): Promise<number> {
  const { rows } = await sql<{ pages: number }>`
    select pg_relation_size('reputation_entry') / current_setting('block_size')::bigint as pages`.execute(
    db,
  );
  return rows[0]?.pages ?? 0;
}

/** The entries of a part that a filter takes, by type. */
export async function countTaken(
  db: Executor,
  takes: Condition,
  part: Part,
): Promise<{ type: EntryType; count: number }[]> {
  const { rows } = await sql<{ type: EntryType; count: number }>`
    select e.type, count(*) as count from reputation_entry e
    where ${within(part)} and not e.held and ${takes} group by e.type`.execute(db);
  return rows;
}

export async function someTaken(
  db: Executor,
  takes: Condition,
  part: Part,
  limit: number,
): Promise<{ id: EntryId; type: EntryType; value: string; severity: Severity | null }[]> {
  const { rows } = await sql<{
    id: EntryId;
    type: EntryType;
    value: string;
    severity: Severity | null;
  }>`
    select e.id::text as id, e.type, e.value, e.severity from reputation_entry e
    where ${within(part)} and not e.held and ${takes} limit ${limit}`.execute(db);
  return rows;
}

function within({ from, to }: Part) {
  return sql`e.ctid >= ${`(${from},0)`}::tid and e.ctid < ${`(${to},0)`}::tid`;
}

/** The entries that a filter takes among those that caused events since a day, and how many events. */
export async function takenAndSeen(
  db: Executor,
  takes: Condition,
  since: Date,
): Promise<Omit<FilterPreview["seen"], "days">> {
  const { rows } = await sql<{ all: number; entries: number; events: number }>`
    with seen as (
      select type, value, sum(events)::bigint as events from event_entry
      where day >= (${since}::timestamptz at time zone 'UTC')::date
      group by type, value limit ${MOST_SEEN + 1})
    select (select count(*) from seen) as all, count(*) as entries,
      coalesce(sum(seen.events), 0)::bigint as events
    from seen join reputation_entry e on e.type = seen.type and e.value = seen.value
    where not e.held and ${takes}`.execute(db);
  const { all, entries, events } = rows[0] ?? { all: 0, entries: 0, events: 0 };
  return { entries, events, exact: all <= MOST_SEEN };
}
