import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Db, Tx } from "@breakwater/postgres";
import type { Session } from "@breakwater/protocol";
import type { Accounts } from "../context.ts";
import type { AccountsTables } from "../tables.ts";

const MINUTE = 60_000;
const IDLE_MS = 30 * MINUTE;
const ABSOLUTE_MS = 12 * 60 * MINUTE;
/** Being seen is written this often, not with every request. */
const TOUCH_MS = MINUTE;
/** More than anybody needs; the oldest goes. */
const MOST_PER_ACCOUNT = 20;

export type OpenSession = {
  id: string;
  accountId: string;
  name: string;
  role: string;
  mustChangePassword: boolean;
  expires: Date;
};

/** Opens a session and returns the cookie's value, which is stored only as a hash. */
export async function openSession(
  tx: Tx<AccountsTables>,
  accountId: string,
  source: string,
  now: Date,
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await tx
    .insertInto("session")
    .values({
      token_hash: hashOf(token),
      id: randomUUID(),
      account_id: accountId,
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + ABSOLUTE_MS),
      source,
    })
    .execute();
  await closeOldest(tx, accountId);
  return token;
}

async function closeOldest(tx: Tx<AccountsTables>, accountId: string): Promise<void> {
  const kept = tx
    .selectFrom("session")
    .select("id")
    .where("account_id", "=", accountId)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(MOST_PER_ACCOUNT);
  await tx
    .deleteFrom("session")
    .where("account_id", "=", accountId)
    .where("id", "not in", kept)
    .execute();
}

/** The session behind a cookie, if it is open and its user may still come in. */
export async function findSession(
  { db, clock }: Accounts,
  token: string,
): Promise<OpenSession | null> {
  const now = clock.now();
  const row = await db
    .selectFrom("session")
    .innerJoin("account", "account.id", "session.account_id")
    .select(["session.id", "account_id", "last_seen_at", "expires_at"])
    .select(["account.name", "account.role", "account.must_change_password"])
    .where("token_hash", "=", hashOf(token))
    .where("expires_at", ">", now)
    .where("last_seen_at", ">", idleLimit(now))
    .where("enabled", "=", true)
    .executeTakeFirst();
  if (row === undefined) return null;
  const idleMs = now.getTime() - row.last_seen_at.getTime();
  if (idleMs >= TOUCH_MS) await touch(db, row.id, now);
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    role: row.role,
    mustChangePassword: row.must_change_password,
    expires: new Date(Math.min(row.expires_at.getTime(), now.getTime() + IDLE_MS)),
  };
}

async function touch(db: Db<AccountsTables>, id: string, now: Date): Promise<void> {
  await db.updateTable("session").set({ last_seen_at: now }).where("id", "=", id).execute();
}

export async function closeSession(db: Db<AccountsTables>, token: string): Promise<void> {
  await db.deleteFrom("session").where("token_hash", "=", hashOf(token)).execute();
}

export async function closeSessionsOf(db: Db<AccountsTables>, accountId: string): Promise<void> {
  await db.deleteFrom("session").where("account_id", "=", accountId).execute();
}

/** Open sessions, last seen first. `currentId` marks the caller's own. */
export async function listSessions(
  { db, clock }: Accounts,
  currentId: string | null,
): Promise<Session[]> {
  const now = clock.now();
  const rows = await db
    .selectFrom("session")
    .innerJoin("account", "account.id", "session.account_id")
    .select(["session.id", "account.name", "session.created_at", "last_seen_at", "source"])
    .where("expires_at", ">", now)
    .where("last_seen_at", ">", idleLimit(now))
    .orderBy("last_seen_at", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    user: row.name,
    created: row.created_at.toISOString(),
    lastSeen: row.last_seen_at.toISOString(),
    source: row.source,
    current: row.id === currentId,
  }));
}

export async function removeExpiredSessions({ db, clock }: Accounts): Promise<void> {
  const now = clock.now();
  await db
    .deleteFrom("session")
    .where((eb) => eb.or([eb("expires_at", "<=", now), eb("last_seen_at", "<=", idleLimit(now))]))
    .execute();
}

function idleLimit(now: Date): Date {
  return new Date(now.getTime() - IDLE_MS);
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
