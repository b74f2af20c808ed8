import { TAG } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";
import type { StoredCategory } from "./store.ts";

/** Entries with a tag of the category; counting stops at `bound`. */
export async function countTagged(db: Executor, name: string, bound: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from reputation_entry e where ${taggedSql(name)} limit ${bound}) counted`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

/** Entries that have a value which `before` takes and `after` does not; counting stops at `bound`. */
export async function countNoLongerTaken(
  db: Executor,
  before: StoredCategory,
  after: Omit<StoredCategory, "id" | "predefined">,
  bound: number,
): Promise<number> {
  const conditions = lossSql(before, after);
  if (conditions.length === 0) return 0;
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from reputation_entry e where ${taggedSql(before.name)}
        and (${sql.join(conditions, sql` or `)}) limit ${bound}) counted`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Three categories stand in columns of their own. */
function taggedSql(name: string) {
  switch (name) {
    case TAG.severity:
      return sql`e.severity is not null`;
    case TAG.scanAction:
      return sql`e.scan_action is not null`;
    case TAG.ttl:
      return sql`e.expires is not null`;
    default:
      return sql`e.tags ? ${name}`;
  }
}

function lossSql(before: StoredCategory, after: Omit<StoredCategory, "id" | "predefined">) {
  const tag = sql`(e.tags -> ${before.name})`;
  const values = sql`jsonb_array_elements_text(
    case jsonb_typeof(${tag}) when 'array' then ${tag} else jsonb_build_array(${tag}) end)`;
  const kept = new Set(after.values);
  const gone = (before.values ?? []).filter((value) => !kept.has(value));
  const number = sql`case jsonb_typeof(${tag}) when 'number' then (e.tags ->> ${before.name})::numeric end`;
  const someValue = (test: ReturnType<typeof sql>) =>
    sql`exists (select 1 from ${values} as v where ${test})`;
  return [
    after.otherValues || gone.length === 0 ? undefined : someValue(sql`v = any(${gone}::text[])`),
    before.otherValues && !after.otherValues
      ? someValue(sql`v <> all(${after.values ?? []}::text[])`)
      : undefined,
    before.several && !after.several
      ? sql`(case jsonb_typeof(${tag}) when 'array' then jsonb_array_length(${tag}) > 1 end)`
      : undefined,
    isAbove(after.min, before.min) ? sql`${number} < ${after.min}` : undefined,
    isAbove(before.max, after.max) ? sql`${number} > ${after.max}` : undefined,
  ].filter((one) => one !== undefined);
}

function isAbove(left: number | null, right: number | null): boolean {
  return left !== null && right !== null && left > right;
}
