import type { Db } from "@breakwater/postgres";
import { type AuditRecord, invalidField } from "@breakwater/protocol";
import type { AccountsTables } from "../tables.ts";

export type AuditQuery = {
  cursor?: string | undefined;
  limit: number;
  actor?: string | undefined;
  action?: string | undefined;
};

export type AuditPage = {
  items: AuditRecord[];
  nextCursor?: string;
  total: { value: number; exact: boolean };
};

/** Counting more than this is not worth anybody's wait. */
const COUNT_LIMIT = 10_000;

/** Newest first. */
export async function listAudit(db: Db<AccountsTables>, query: AuditQuery): Promise<AuditPage> {
  const filtered = filter(db, query);
  const before = query.cursor === undefined ? null : readCursor(query.cursor);
  const page = before === null ? filtered : filtered.where("id", "<", before);
  const rows = await page
    .selectAll()
    .orderBy("id", "desc")
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const counted = await db
    .selectFrom(
      filtered
        .select("id")
        .limit(COUNT_LIMIT + 1)
        .as("counted"),
    )
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return {
    items: items.map(toRecord),
    ...(rows.length > items.length && last !== undefined ? { nextCursor: `${last.id}` } : {}),
    total: { value: Math.min(counted.count, COUNT_LIMIT), exact: counted.count <= COUNT_LIMIT },
  };
}

function filter(db: Db<AccountsTables>, { actor, action }: AuditQuery) {
  const all = db.selectFrom("audit_record");
  const byActor = actor === undefined ? all : all.where("actor", "=", actor);
  return action === undefined ? byActor : byActor.where("action", "=", action);
}

function readCursor(cursor: string): number {
  const id = Number(cursor);
  if (/^\d+$/.test(cursor) && Number.isSafeInteger(id)) return id;
  throw invalidField("cursor", cursor, "is not a cursor of this list", "Start without one.");
}

type Row = Omit<AuditRecord, "time" | "via"> & { at: Date; via: string };

function toRecord({ id, at, actor, via, source, action, object, before, after }: Row): AuditRecord {
  return {
    id,
    time: at.toISOString(),
    actor,
    via: via === "console" || via === "system" ? via : "api",
    source,
    action,
    object,
    before: before ?? null,
    after: after ?? null,
  };
}
