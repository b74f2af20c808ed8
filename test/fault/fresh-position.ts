import type { TestDatabase } from "@breakwater/postgres/testing";
import { type EntryType, ReputationFilters, type Tags } from "@breakwater/protocol";
import { checksumOf, selectFilter } from "@breakwater/reputation-set";
import { keyOf, said } from "./ledger.ts";

type Pool = TestDatabase<unknown>["pool"];

type Row = {
  type: EntryType;
  value: string;
  severity: string | null;
  scan_action: string | null;
  tags: Tags;
  held: boolean;
  expires: Date | null;
  sources: string[];
};

export type Position = { version: number; count: number; checksum: string };

/** Version as stored; count and checksum computed from nothing but entries, filters and exceptions. */
export async function freshPosition(pool: Pool, set: string): Promise<Position> {
  const { rows: sets } = await pool.query<{ version: number; filters: unknown }>(
    "select version, filters from reputation_set where id = $1",
    [set],
  );
  const filters = ReputationFilters.parse(sets[0]?.filters);
  const { rows } = await pool.query<Row>(
    `select e.type, e.value, e.severity, e.scan_action, e.tags, e.held, e.expires,
        array(select s.name from reputation_source s where s.id = any(e.sources)) as sources
      from reputation_entry e`,
  );
  const lifted = await exactExceptions(pool);
  const members = rows.flatMap((row) => {
    const { type, value, sources } = row;
    if (row.held || lifted.has(value)) return [];
    const filter = selectFilter(filters, { type, value, sources, tags: tagsOf(row) });
    return filter === undefined ? [] : [{ type, value, filter: filter.number }];
  });
  return {
    version: sets[0]?.version ?? 0,
    count: members.length,
    checksum: checksumOf(members),
  };
}

async function exactExceptions(pool: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ value: string }>(
    "select value from reputation_exception where ended is null",
  );
  return new Set(rows.map(({ value }) => value));
}

function tagsOf({ tags, severity, scan_action: action, expires }: Row): Tags {
  return {
    ...tags,
    ...(severity === null ? {} : { "Trend Micro Severity": severity }),
    ...(action === null ? {} : { "Trend Micro Scan Action": action }),
    ...(expires === null ? {} : { "Reputation Entries TTL": expires.toISOString() }),
  };
}

/** What the database says of every source and value, in the words of the ledger. */
export async function storedAssertions(pool: Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{
    name: string;
    value: string;
    severity: string | null;
    expires: number | null;
  }>(`select s.name, e.value, a ->> 'sev' as severity, (a ->> 'x')::bigint as expires
      from reputation_entry e cross join jsonb_array_elements(e.assertions) a
      join reputation_source s on s.id = (a ->> 's')::integer`);
  const found = new Map<string, string>();
  for (const { name, value, severity, expires } of rows) {
    const key = keyOf(name, value);
    if (found.has(key)) throw new Error(`${key} is there twice`);
    found.set(key, said(severity, expires));
  }
  return found;
}

type Count = { dimension: string; value: string; entries: number };

/** Kept tallies, and the same counted anew. */
export async function tallies(pool: Pool): Promise<{ kept: Count[]; counted: Count[] }> {
  const { rows: kept } = await pool.query<Count>(
    `select dimension, value, entries from reputation_tally where entries <> 0
      order by dimension, value`,
  );
  const { rows: counted } = await pool.query<Count>(
    `select dimension, value, count(*) as entries from (
        select 'type' as dimension, type as value from reputation_entry
        union all select 'severity', severity from reputation_entry where severity is not null
        union all select 'action', scan_action from reputation_entry where scan_action is not null
        union all select 'held', type from reputation_entry where held
        union all select 'source', abs(s) || ' ' || type
          from reputation_entry, unnest(sources) s
        union all select 'source-held', abs(s)::text
          from reputation_entry, unnest(sources) s where s < 0
      ) every group by dimension, value order by dimension, value`,
  );
  const order = (one: Count, other: Count) => (idOf(one) < idOf(other) ? -1 : 1);
  return { kept: kept.toSorted(order), counted: counted.toSorted(order) };
}

function idOf({ dimension, value }: Count): string {
  return `${dimension}\t${value}`;
}
