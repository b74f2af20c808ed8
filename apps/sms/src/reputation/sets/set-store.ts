import type { ProfileId, ReputationFilters, SetId, SetPosition } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";

/** `forgotten`: changes up to this version can no longer be told one by one. */
export type SetRow = SetPosition & { forgotten: number };

const POSITION = sql`id as set, version, checksum, count, forgotten`;

/** Sets that devices may have. */
export async function allSets(db: Executor): Promise<SetRow[]> {
  const { rows } = await sql<SetRow>`
    select ${POSITION} from reputation_set where ready order by id`.execute(db);
  return rows;
}

/** Those that are being made as well: they have to follow what changes meanwhile. */
export async function followedSets(db: Executor): Promise<SetRow[]> {
  const { rows } = await sql<SetRow>`
    select ${POSITION} from reputation_set order by id`.execute(db);
  return rows;
}

export async function oneSet(db: Executor, id: SetId): Promise<SetRow | undefined> {
  const { rows } = await sql<SetRow>`
    select ${POSITION} from reputation_set where id = ${id} and ready`.execute(db);
  return rows[0];
}

/** What decides who is in a set; it never changes. */
export type SetDefinition = { filters: ReputationFilters; profile: ProfileId | null };

export async function setDefinition(db: Executor, id: SetId): Promise<SetDefinition | undefined> {
  const { rows } = await sql<SetDefinition>`
    select filters, profile from reputation_set where id = ${id}`.execute(db);
  return rows[0];
}

export async function setOfSelection(
  db: Executor,
  hash: string,
): Promise<{ id: SetId; ready: boolean } | undefined> {
  const { rows } = await sql<{ id: SetId; ready: boolean }>`
    select id, ready from reputation_set where selection_hash = ${hash}`.execute(db);
  return rows[0];
}

/** A set that is being made: it follows changes from `position` on, and nobody has it yet. */
export async function insertSet(
  db: Executor,
  hash: string,
  { filters, profile }: SetDefinition,
  { set, version, checksum, count }: SetPosition,
): Promise<void> {
  await sql`
    insert into reputation_set
      (id, selection_hash, filters, profile, version, checksum, count, forgotten, ready)
    values (${set}, ${hash}, ${jsonText(filters)}::jsonb, ${profile}, ${version}, ${checksum},
      ${count}, ${version}, false)`.execute(db);
}

export async function markReady(db: Executor, position: SetPosition): Promise<void> {
  const { set, version, checksum, count } = position;
  await sql`
    update reputation_set set ready = true, version = ${version}, checksum = ${checksum},
      count = ${count}, forgotten = ${version}
    where id = ${set}`.execute(db);
}

/** Of a making that failed. */
export async function deleteUnready(db: Executor, id: SetId): Promise<void> {
  await sql`delete from reputation_set where id = ${id} and not ready`.execute(db);
}

/** The caller holds the reputation counter. */
export async function moveSets(db: Executor, positions: readonly SetPosition[]): Promise<void> {
  if (positions.length === 0) return;
  await sql`
    update reputation_set s set version = r.version, checksum = r.checksum, count = r.count
    from jsonb_to_recordset(${jsonText(positions)}::jsonb) as r
      (set uuid, version bigint, checksum text, count bigint)
    where s.id = r.set`.execute(db);
}
