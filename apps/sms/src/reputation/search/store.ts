import type { EntryId, EntryType, ScanAction, SetId, Severity, Tags } from "@breakwater/protocol";
import { refang } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { type Executor, likeLiteral } from "../../database.ts";
import type { AssertionState, EntryKey } from "../entries/entry-state.ts";
import { assertionState } from "../entries/store.ts";

export type EntryRow = EntryKey & {
  id: EntryId;
  severity: Severity | null;
  scan_action: ScanAction | null;
  tags: Tags;
  sources: string[];
  created: Date;
  modified: Date;
  expires: Date | null;
};

export type EntryQuery = {
  q?: string | undefined;
  type?: EntryType | undefined;
  severity?: Severity | undefined;
  source?: string | undefined;
  /** Entries that are in no set at all. */
  unselected?: boolean | undefined;
};

/** Substrings shorter than this find nothing useful and would read everything. */
const SHORTEST_SUBSTRING = 3;

function conditions(query: EntryQuery) {
  const all = [
    query.type === undefined ? undefined : sql`e.type = ${query.type}`,
    query.severity === undefined ? undefined : sql`e.severity = ${query.severity}`,
    query.source === undefined ? undefined : sql`${query.source} = any(e.sources)`,
    query.q === undefined ? undefined : wordCondition(query.q),
    query.unselected === true
      ? sql`not exists (select 1 from reputation_set s join reputation_set_member m
          on m.set = s.id and m.type = e.type and m.value = e.value and m.removed is null)`
      : undefined,
  ].filter((one) => one !== undefined);
  return all.length === 0 ? sql`true` : sql.join(all, sql` and `);
}

/** As people paste it: defanged, with a scheme, in any case. */
function wordCondition(q: string) {
  const word = refang(q).replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const literal = likeLiteral(word);
  // Short words find by prefix, which needs no word index.
  return word.length < SHORTEST_SUBSTRING
    ? sql`e.value like ${`${literal.toLowerCase()}%`}`
    : sql`e.value ilike ${`%${literal}%`}`;
}

const COLUMNS = sql`e.id::text as id, e.type, e.value, e.severity, e.scan_action, e.tags, e.sources,
  e.created, e.modified, e.expires`;

/** Newest first, before the entry with id `before`. */
export async function searchEntries(
  db: Executor,
  query: EntryQuery,
  before: string | undefined,
  limit: number,
): Promise<EntryRow[]> {
  const after = before === undefined ? sql`true` : sql`e.id < ${before}::bigint`;
  const { rows } = await sql<EntryRow>`
    select ${COLUMNS} from reputation_entry e where ${conditions(query)} and ${after}
    order by e.id desc limit ${limit}`.execute(db);
  return rows;
}

export async function countEntries(
  db: Executor,
  query: EntryQuery,
  bound: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from reputation_entry e where ${conditions(query)} limit ${bound}) counted`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

export async function findEntries(db: Executor, ids: readonly EntryId[]): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select ${COLUMNS} from reputation_entry e where e.id = any(${ids}::bigint[])`.execute(db);
  return rows;
}

export async function assertionsOf(db: Executor, id: EntryId): Promise<AssertionState[]> {
  const { rows } = await sql<{ one: Parameters<typeof assertionState>[0] }>`
    select to_jsonb(a) as one from reputation_assertion a where a.entry = ${id}::bigint`.execute(
    db,
  );
  return rows.map(({ one }) => assertionState(one));
}

/** Membership of entries, with the profile that distributes each set and the filter that won. */
export type MembershipRow = EntryKey & {
  set: SetId;
  filter: number;
  version: number;
};

export async function membershipOf(
  db: Executor,
  keys: readonly EntryKey[],
): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`
    select m.type, m.value, m.set, m.filter, m.version
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (type text, value text)
    cross join reputation_set s
    join reputation_set_member m on m.set = s.id
      and m.type = k.type collate "C" and m.value = k.value collate "C"
    where m.removed is null`.execute(db);
  return rows;
}

export async function sourcesOf(
  db: Executor,
  keys: readonly EntryKey[],
): Promise<Map<string, readonly string[]>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<EntryKey & { sources: string[] }>`
    select distinct e.type, e.value, e.sources
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (type text, value text)
    join reputation_entry e on e.type = k.type collate "C" and e.value = k.value collate "C"`.execute(
    db,
  );
  return new Map(rows.map((row) => [`${row.type} ${row.value}`, row.sources]));
}

export async function tagCategories(db: Executor) {
  const { rows } = await sql<{
    name: string;
    kind: "text" | "list" | "date" | "yes-no" | "number";
    predefined: boolean;
    description: string;
  }>`select name, kind, predefined, description from tag_category order by position, name`.execute(
    db,
  );
  return rows;
}

/** `selected`: entries in the largest set; counting the union of all sets would read every member. */
export type EntryTotals = { total: number; selected: number };

export async function entryTotals(db: Executor): Promise<EntryTotals> {
  const { rows } = await sql<EntryTotals>`
    select (select count(*) from reputation_entry) as total,
      (select coalesce(max(count), 0)::bigint from reputation_set) as selected`.execute(db);
  return rows[0] ?? { total: 0, selected: 0 };
}

/** Entries that `source` asserts, by type. */
export async function countBySource(
  db: Executor,
  source: string,
): Promise<{ type: EntryType; n: number }[]> {
  const { rows } = await sql<{ type: EntryType; n: number }>`
    select e.type, count(*) as n from reputation_assertion a join reputation_entry e on e.id = a.entry
    where a.source = ${source} group by e.type`.execute(db);
  return rows;
}
