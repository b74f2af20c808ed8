import type { ExceptionId, ExceptionScope, ProfileId } from "@breakwater/protocol";
import { sql } from "kysely";
import { type Executor, likeLiteral } from "../database.ts";
import type { EntryKey } from "../reputation/index.ts";

export type ExceptionRow = EntryKey & {
  id: ExceptionId;
  scope: ExceptionScope["kind"];
  profile: ProfileId | null;
  filter: number | null;
  owner: string;
  reason: string;
  created: Date;
  created_by: string;
  expires: Date | null;
  ended: Date | null;
  ended_by: string | null;
};

/** Who ended those whose time was over. */
export const BY_EXPIRY = "expiry";

const COLUMNS = sql`id, type, value, scope, profile, filter, owner, reason, created, created_by,
  expires, ended, ended_by`;

export type ExceptionState = "active" | "ended" | "expired";
export type ExceptionQuery = { q?: string | undefined; state?: ExceptionState | undefined };
export type ExceptionCursor = { created: Date; id: string };

function conditions({ q, state }: ExceptionQuery) {
  const words =
    q === undefined || q.trim() === ""
      ? sql`true`
      : sql`value || ' ' || owner || ' ' || reason ilike ${`%${likeLiteral(q.trim())}%`}`;
  return sql`(${words} and ${state === undefined ? sql`true` : stateSql(state)})`;
}

function stateSql(state: ExceptionState) {
  switch (state) {
    case "active":
      return sql`ended is null`;
    case "ended":
      return sql`ended_by <> ${BY_EXPIRY}`;
    case "expired":
      return sql`ended_by = ${BY_EXPIRY}`;
  }
}

/** Newest first, behind `before`. */
export async function listExceptions(
  db: Executor,
  query: ExceptionQuery,
  before: ExceptionCursor | undefined,
  limit: number,
): Promise<ExceptionRow[]> {
  const behind =
    before === undefined ? sql`true` : sql`(created, id) < (${before.created}, ${before.id}::uuid)`;
  const { rows } = await sql<ExceptionRow>`
    select ${COLUMNS} from reputation_exception where ${conditions(query)} and ${behind}
    order by created desc, id desc limit ${limit}`.execute(db);
  return rows;
}

export async function countExceptions(
  db: Executor,
  query: ExceptionQuery,
  bound: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from reputation_exception where ${conditions(query)}
      limit ${bound}) counted`.execute(db);
  return rows[0]?.n ?? 0;
}

export async function findException(
  db: Executor,
  id: ExceptionId,
): Promise<ExceptionRow | undefined> {
  const { rows } = await sql<ExceptionRow>`
    select ${COLUMNS} from reputation_exception where id = ${id}`.execute(db);
  return rows[0];
}

/** Writes a new exception, or all of one that is there. */
export async function saveException(db: Executor, row: ExceptionRow): Promise<void> {
  await sql`
    insert into reputation_exception (id, type, value, scope, profile, filter, owner, reason, created,
      created_by, expires, ended, ended_by)
    values (${row.id}, ${row.type}, ${row.value}, ${row.scope}, ${row.profile}, ${row.filter},
      ${row.owner}, ${row.reason}, ${row.created}, ${row.created_by}, ${row.expires}, ${row.ended},
      ${row.ended_by})
    on conflict (id) do update set scope = excluded.scope, profile = excluded.profile,
      filter = excluded.filter, owner = excluded.owner, reason = excluded.reason,
      expires = excluded.expires, ended = excluded.ended, ended_by = excluded.ended_by`.execute(db);
}

export async function nextEnd(db: Executor): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(expires) as at from reputation_exception where ended is null`.execute(db);
  return rows[0]?.at ?? null;
}

/** Ends those whose time is over. */
export async function endDue(db: Executor, now: Date): Promise<ExceptionRow[]> {
  const { rows } = await sql<ExceptionRow>`
    update reputation_exception set ended = ${now}, ended_by = ${BY_EXPIRY}
    where ended is null and expires <= ${now} returning ${COLUMNS}`.execute(db);
  return rows;
}

export async function countActive(db: Executor): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from reputation_exception where ended is null`.execute(db);
  return rows[0]?.n ?? 0;
}
