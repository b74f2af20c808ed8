import type { ReputationFilters, SetId, SetOperation, SetPosition } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";

export type SetRow = SetPosition & { forgotten: number };
export type MemberRow = EntryKey & { set: SetId; filter: number };

const POSITION = sql`id as set, version, checksum, count, forgotten`;

export async function allSets(db: Executor): Promise<SetRow[]> {
  const { rows } = await sql<SetRow>`select ${POSITION} from reputation_set order by id`.execute(
    db,
  );
  return rows;
}

export async function oneSet(db: Executor, id: SetId): Promise<SetRow | undefined> {
  const { rows } = await sql<SetRow>`
    select ${POSITION} from reputation_set where id = ${id}`.execute(db);
  return rows[0];
}

export async function setFilters(db: Executor, id: SetId): Promise<ReputationFilters | undefined> {
  const { rows } = await sql<{ filters: ReputationFilters }>`
    select filters from reputation_set where id = ${id}`.execute(db);
  return rows[0]?.filters;
}

export async function setOfSelection(db: Executor, hash: string): Promise<SetId | undefined> {
  const { rows } = await sql<{ id: SetId }>`
    select id from reputation_set where selection_hash = ${hash}`.execute(db);
  return rows[0]?.id;
}

/** Present members (not the removed ones) among `keys`, in every set. */
export async function membersOf(db: Executor, keys: readonly EntryKey[]): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`
    select m.set, m.type, m.value, m.filter
    from jsonb_to_recordset(${jsonText(keys)}::jsonb) as k (type text, value text)
    cross join reputation_set s
    join reputation_set_member m on m.set = s.id
      and m.type = k.type collate "C" and m.value = k.value collate "C"
    where m.removed is null`.execute(db);
  return rows;
}

export type MemberChange = EntryKey & { filter: number; removed: Date | null };

export async function writeMembers(
  db: Executor,
  set: SetId,
  version: number,
  changes: readonly MemberChange[],
): Promise<void> {
  await sql`
    insert into reputation_set_member (set, type, value, filter, version, removed)
    select ${set}::uuid, r.type, r.value, r.filter, ${version}::bigint, r.removed
    from jsonb_to_recordset(${jsonText(changes)}::jsonb) as r
      (type text, value text, filter integer, removed timestamptz)
    on conflict (set, type, value) do update set
      filter = excluded.filter, version = excluded.version, removed = excluded.removed`.execute(db);
}

export async function moveSet(db: Executor, position: SetPosition): Promise<void> {
  const { set, version, checksum, count } = position;
  await sql`
    update reputation_set set version = ${version}, checksum = ${checksum}, count = ${count}
    where id = ${set}`.execute(db);
}

export type ChangesSince = { position: SetRow; operations: SetOperation[]; complete: boolean };

type ChangesRow = SetRow & { operations: SetOperation[] | null };

/**
 * What changed in a set after `version`, at most `limit` operations, with the position they lead to:
 * one statement, so both are of the same moment. `complete` is false when there are more.
 */
export async function changesSince(
  db: Executor,
  set: SetId,
  version: number,
  limit: number,
): Promise<ChangesSince | undefined> {
  const { rows } = await sql<ChangesRow>`
    select ${POSITION}, (
      select jsonb_agg(case when m.removed is null
          then jsonb_build_array('+', m.type, m.value, m.filter)
          else jsonb_build_array('-', m.type, m.value) end)
      from (select type, value, filter, removed from reputation_set_member
        where set = s.id and version > ${version}
        order by version limit ${limit + 1}) m
    ) as operations
    from reputation_set s where id = ${set}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { operations, ...position } = row;
  const list = operations ?? [];
  return { position, operations: list.slice(0, limit), complete: list.length <= limit };
}

/** Forgets removals older than `before`; devices that were away longer fetch the whole set. */
export async function forgetRemovals(db: Executor, before: Date): Promise<number> {
  const { rows } = await sql<{ removed: number }>`
    with gone as (
      delete from reputation_set_member where removed < ${before} returning set, version
    ), noted as (
      update reputation_set s set forgotten = greatest(s.forgotten, g.version)
      from (select set, max(version) as version from gone group by set) g where s.id = g.set
      returning s.id
    )
    select (select count(*) from gone)::integer as removed, (select count(*) from noted) as noted
  `.execute(db);
  return rows[0]?.removed ?? 0;
}
