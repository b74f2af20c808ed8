import { transaction } from "@breakwater/postgres";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import { nameKey } from "../names.ts";
import { closeSession, openSession } from "../sessions/session-store.ts";
import { beginAttempt, forgetAttempt } from "./throttle-store.ts";

export type LoginInput = {
  name: string;
  password: string;
  source: string;
  /** Session the browser still carries; it is replaced. */
  oldToken: string | null;
};

export type LoginResult =
  | { kind: "open"; token: string }
  | { kind: "refused" }
  | { kind: "throttled"; seconds: number };

/** Checks name and password and opens a session. Says the same of a wrong name and a wrong password. */
export async function logIn(accounts: Accounts, input: LoginInput): Promise<LoginResult> {
  // The database takes any character but this one, and no name has it.
  const attempt = { name: input.name.replaceAll("\0", ""), source: input.source };
  const seconds = await beginAttempt(accounts, attempt);
  if (seconds > 0) return { kind: "throttled", seconds };
  const stored = await accounts.db
    .selectFrom("account")
    .select(["id", "name", "password_hash"])
    .where("name_key", "=", nameKey(attempt.name))
    .where("enabled", "=", true)
    .executeTakeFirst();
  const matches = await accounts.passwords.verify(stored?.password_hash ?? null, input.password);
  if (stored === undefined) return { kind: "refused" };
  return matches
    ? await accept(accounts, input, stored)
    : await refuse(accounts, input.source, stored.name);
}

type Stored = { id: string; name: string; password_hash: string };

async function accept(
  accounts: Accounts,
  { source, oldToken }: LoginInput,
  { id, name, password_hash }: Stored,
): Promise<LoginResult> {
  const at = accounts.clock.now();
  return await transaction(accounts.db, async (tx): Promise<LoginResult> => {
    // The user may have been disabled, or the password replaced, while we were hashing.
    const { numUpdatedRows } = await tx
      .updateTable("account")
      .set({ last_login_at: at })
      .where("id", "=", id)
      .where("enabled", "=", true)
      .where("password_hash", "=", password_hash)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return { kind: "refused" };
    if (oldToken !== null) await closeSession(tx, oldToken);
    await forgetAttempt(tx, { name, source });
    const token = await openSession(tx, id, source, at);
    const who = { actor: name, via: "console", source } as const;
    await appendAudit(tx, { ...who, at, action: "session.login", object: name });
    return { kind: "open", token };
  });
}

async function refuse(accounts: Accounts, source: string, name: string): Promise<LoginResult> {
  const at = accounts.clock.now();
  const who = { actor: "nobody", via: "console", source } as const;
  await transaction(accounts.db, (tx) =>
    appendAudit(tx, { ...who, at, action: "session.login-failed", object: name }),
  );
  return { kind: "refused" };
}
