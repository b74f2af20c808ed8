import type { Principal } from "@breakwater/platform";
import type { Tx } from "@breakwater/postgres";
import type { AccountsTables } from "../tables.ts";
import { canonicalJson } from "./canonical-json.ts";
import { recordHash } from "./record-hash.ts";

export type AuditActor = { actor: string; via: Principal["via"]; source: string };

export type AuditEntry = AuditActor & {
  at: Date;
  /** What was done, e.g. `user.create`. */
  action: string;
  /** To what, e.g. the user's name. */
  object: string;
  /** The object as it was and as it is now, without secrets. */
  before?: unknown;
  after?: unknown;
};

/** Who acts, out of a request. */
export function auditActor(call: { principal: Principal | undefined; source: string }): AuditActor {
  const { principal, source } = call;
  return { actor: principal?.name ?? "nobody", via: principal?.via ?? "api", source };
}

/**
 * Appends to the audit log in the transaction of the change itself: neither exists without the
 * other. Appending transactions wait for each other from here to commit, so call it last.
 */
export async function appendAudit<Schema extends AccountsTables>(
  tx: Tx<Schema>,
  entry: AuditEntry,
): Promise<void> {
  const db = tx as unknown as Tx<AccountsTables>;
  const head = await db
    .selectFrom("audit_head")
    .select(["last_id", "hash"])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const before = asJson(entry.before);
  const after = asJson(entry.after);
  const { at, actor, via, source, action } = entry;
  const object = storable(entry.object);
  const record = { id: head.last_id + 1, at, actor, via, source, action, object };
  // The hash covers what will be read back.
  const hash = recordHash(head.hash, { ...record, before: parsed(before), after: parsed(after) });
  await db
    .insertInto("audit_record")
    .values({ ...record, before, after, hash })
    .execute();
  await db.updateTable("audit_head").set({ last_id: record.id, hash }).execute();
}

/** What the database would refuse (zero) or replace (half a surrogate pair) is replaced before hashing. */
function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll("\0", "\uFFFD");
}

function asJson(value: unknown): string | null {
  return value === undefined || value === null ? null : canonicalJson(value);
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
