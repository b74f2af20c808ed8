import { isUniqueViolation, transaction } from "@breakwater/postgres";
import { sql } from "kysely";
import type { Executor, Tx } from "../../database.ts";
import type { SourceKind } from "./source-names.ts";

export type ListedSource = { id: number; name: string; kind: SourceKind };

export async function listSources(db: Executor): Promise<ListedSource[]> {
  const { rows } = await sql<ListedSource>`
    select id, name, kind from reputation_source order by name`.execute(db);
  return rows;
}

/**
 * A source for a feed of this name; undefined: the name is another's. One that asserts nothing any more,
 * and that no feed has, is free.
 */
export async function claimSource(tx: Tx, name: string): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    insert into reputation_source (name, kind) values (${name}, 'feed')
    on conflict (name) do update set kind = 'feed' where reputation_source.kind = 'import'
      and not exists (select 1 from reputation_tally t where t.dimension = 'source'
        and split_part(t.value, ' ', 1) = reputation_source.id::text and t.entries > 0)
    returning id`.execute(tx);
  return rows[0]?.id;
}

/** From now on it is like an imported list. */
export async function releaseSource(tx: Tx, id: number): Promise<void> {
  await sql`update reputation_source set kind = 'import' where id = ${id}`.execute(tx);
}

/** False: another source has that name. */
export async function renameSource(tx: Tx, id: number, name: string): Promise<boolean> {
  try {
    await transaction(tx, async (inner) => {
      await sql`update reputation_source set name = ${name} where id = ${id}`.execute(inner);
    });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Whether a set that devices have selects by a source of this name. */
export async function isInSets(db: Executor, name: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from reputation_set s, jsonb_array_elements(s.filters) f,
      jsonb_array_elements(f -> 'criteria') c
    where c ->> 'op' in ('source-is', 'source-is-not') and lower(c ->> 'value') = lower(${name})
    limit 1`.execute(db);
  return rows.length > 0;
}
