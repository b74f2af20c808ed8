import { sql } from "kysely";
import type { Executor } from "../../database.ts";

/** How many entries changed or went after a revision, counted up to `limit`. */
export async function changesSince(db: Executor, revision: number, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      (select 1 from reputation_entry where revision > ${revision} limit ${limit})
      union all
      (select 1 from reputation_removal where revision > ${revision} limit ${limit})
    ) changed`.execute(db);
  return rows[0]?.n ?? 0;
}
