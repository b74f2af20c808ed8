import type { JobId } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, jsonText } from "../../database.ts";
import type { AssertionState, EntryKey } from "../entries/entry-state.ts";

/** An assertion as the trash keeps it: its source is a column. */
export type KeptAssertion = Omit<AssertionState, "source">;

/** What became of one source's assertion; null: there is none. `source` is its number. */
export type Replaced = EntryKey & {
  source: number;
  before: KeptAssertion | null;
  after: KeptAssertion | null;
};

export async function keepReplaced(
  db: Executor,
  job: JobId,
  replaced: readonly Replaced[],
): Promise<void> {
  if (replaced.length === 0) return;
  await sql`
    insert into reputation_trash (job, type, value, source, before, after)
    select ${job}, r.type, r.value, r.source, nullif(r.before, 'null'), nullif(r.after, 'null')
    from jsonb_to_recordset(${jsonText(replaced)}::jsonb) as r
      (type text, value text, source integer, before jsonb, after jsonb)`.execute(db);
}

export type TrashRow = Replaced & { number: string };

/** In the order they were kept, after `number`. */
export async function replacedBy(
  db: Executor,
  job: JobId,
  number: string,
  limit: number,
): Promise<TrashRow[]> {
  const { rows } = await sql<TrashRow>`
    select number::text as number, type, value, source, before, after from reputation_trash t
    where t.job = ${job} and t.number > ${number}::bigint
    order by t.number limit ${limit}`.execute(db);
  return rows;
}

/** Forgets at most `limit` of those whose job ended before `before`; answers how many. */
export async function emptyTrash(db: Executor, before: Date, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from reputation_trash where (job, number) in (
      select t.job, t.number from reputation_trash t join job j on j.id = t.job
      where j.finished < ${before} limit ${limit})
    returning 1`.execute(db);
  return rows.length;
}
