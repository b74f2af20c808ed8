import { EntryType, type JobId, ScanAction, Severity, Tags } from "@breakwater/protocol";
import { sql } from "kysely";
import { z } from "zod";
import { type Executor, jsonText } from "../database.ts";

const WithdrawnAssertion = z.object({
  severity: Severity.nullable(),
  scanAction: ScanAction.nullable(),
  tags: Tags,
  description: z.string(),
  expires: z.number().nullable(),
  released: z.object({ by: z.string(), at: z.number() }).nullable(),
});
export type WithdrawnAssertion = z.infer<typeof WithdrawnAssertion>;
const Withdrawn = z.object({ type: EntryType, value: z.string(), assertion: WithdrawnAssertion });
export type Withdrawn = z.infer<typeof Withdrawn>;
export type WithdrawnKey = { type: string; value: string };

export async function keepWithdrawn(
  db: Executor,
  job: JobId,
  entries: readonly Withdrawn[],
  now: Date,
): Promise<void> {
  const rows = entries.map(({ type, value, assertion }) => ({ type, value, assertion }));
  await sql`
    insert into source_withdrawal (job, type, value, assertion, stored)
    select ${job}, r.type, r.value, r.assertion, ${now}
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r (type text, value text, assertion jsonb)
    on conflict do nothing`.execute(db);
}

/** By type and value, after `after`. */
export async function readWithdrawn(
  db: Executor,
  job: JobId,
  after: WithdrawnKey,
  limit: number,
): Promise<Withdrawn[]> {
  const { rows } = await sql`
    select type, value, assertion from source_withdrawal
    where job = ${job} and (type, value) > (${after.type}, ${after.value})
    order by type, value limit ${limit}`.execute(db);
  return z.array(Withdrawn).parse(rows);
}

export async function deleteWithdrawn(db: Executor, before: Date): Promise<void> {
  await sql`delete from source_withdrawal where stored < ${before}`.execute(db);
}
