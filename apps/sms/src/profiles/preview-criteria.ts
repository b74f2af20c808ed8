import type { Criteria } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";
import { takesSql } from "../reputation/index.ts";

const EXAMPLES = 10;
const ALL_TYPES = { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true };

export type PreviewRequest = {
  criteria: Criteria;
  untaggedEntries: boolean;
  taggedEntries: boolean;
};

/** How many entries of any type a filter would take, with a few of them. */
export async function previewCriteria(
  db: Executor,
  request: PreviewRequest,
): Promise<{ matches: number; examples: string[] }> {
  const takes = takesSql({ ...request, state: "enabled", locked: false, types: ALL_TYPES });
  const counted = await sql<{ n: number }>`
    select count(*) as n from reputation_entry e where not e.held and ${takes}`.execute(db);
  const { rows } = await sql<{ value: string }>`
    select e.value from reputation_entry e where not e.held and ${takes}
    order by e.id desc limit ${EXAMPLES}`.execute(db);
  return { matches: counted.rows[0]?.n ?? 0, examples: rows.map(({ value }) => value) };
}
