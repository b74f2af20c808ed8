import { createHmac, randomBytes } from "node:crypto";
import type { Principal } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import { nameKey } from "../names.ts";
import { permissionsOf } from "../roles/role-permissions.ts";
import { beginAttempt, forgetAttempt } from "./throttle-store.ts";

const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 1_000;

export type ClientCredentials = { name: string; password: string; source: string };

export type CheckedCredentials =
  | { kind: "accepted"; principal: Principal }
  | { kind: "refused" }
  | { kind: "throttled"; seconds: number };

/** An account as it was when its password was found right. */
type Verified = { id: string; passwordHash: string; until: number };
type Verification = Exclude<CheckedCredentials, { kind: "accepted" }> | Verified;

/**
 * Checks name and password of programs that send them with every request. The slow comparison and
 * the count of failures are needed once per program, not per request: what was right is remembered
 * for a few minutes under a keyed digest, and equal checks at the same time are one check.
 */
export class CredentialChecker {
  readonly #accounts: Accounts;
  readonly #digestKey = randomBytes(32);
  readonly #verified = new Map<string, Verified>();
  readonly #running = new Map<string, Promise<Verification>>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** Says the same of a wrong name and a wrong password. */
  async check(credentials: ClientCredentials): Promise<CheckedCredentials> {
    const digest = this.#digest(credentials);
    const remembered = this.#verified.get(digest);
    if (remembered !== undefined && remembered.until > this.#now()) {
      const principal = await principalOf(this.#accounts, remembered);
      if (principal !== undefined) return { kind: "accepted", principal };
    }
    this.#verified.delete(digest);
    const verification = await this.#verify(digest, credentials);
    if ("kind" in verification) return verification;
    this.#remember(digest, verification);
    const principal = await principalOf(this.#accounts, verification);
    return principal === undefined ? { kind: "refused" } : { kind: "accepted", principal };
  }

  #verify(digest: string, credentials: ClientCredentials): Promise<Verification> {
    const running = this.#running.get(digest);
    if (running !== undefined) return running;
    const started = verify(this.#accounts, credentials).finally(() => this.#running.delete(digest));
    this.#running.set(digest, started);
    return started;
  }

  #remember(digest: string, verified: Verified): void {
    const [oldest] = this.#verified.keys();
    if (this.#verified.size >= MOST_REMEMBERED && oldest !== undefined) {
      this.#verified.delete(oldest);
    }
    this.#verified.set(digest, verified);
  }

  #digest({ name, password, source }: ClientCredentials): string {
    const text = JSON.stringify([name, password, source]);
    return createHmac("sha256", this.#digestKey).update(text).digest("base64");
  }

  #now(): number {
    return this.#accounts.clock.now().getTime();
  }
}

async function verify(
  accounts: Accounts,
  { name, password, source }: ClientCredentials,
): Promise<Verification> {
  // The database takes any character but this one, and no name has it.
  const attempt = { name: name.replaceAll("\0", ""), source };
  const seconds = await beginAttempt(accounts, attempt);
  if (seconds > 0) return { kind: "throttled", seconds };
  const stored = await accounts.db
    .selectFrom("account")
    .select(["id", "name", "password_hash"])
    .where("name_key", "=", nameKey(attempt.name))
    .where("enabled", "=", true)
    .executeTakeFirst();
  const matches = await accounts.passwords.verify(stored?.password_hash ?? null, password);
  if (stored === undefined) return { kind: "refused" };
  if (!matches) {
    await auditFailure(accounts, stored.name, source);
    return { kind: "refused" };
  }
  const now = accounts.clock.now();
  await transaction(accounts.db, async (tx) => {
    await forgetAttempt(tx, attempt);
    await tx
      .updateTable("account")
      .set({ last_login_at: now })
      .where("id", "=", stored.id)
      .execute();
  });
  const { id, password_hash: passwordHash } = stored;
  return { id, passwordHash, until: now.getTime() + REMEMBERED_MS };
}

async function auditFailure(accounts: Accounts, name: string, source: string): Promise<void> {
  const at = accounts.clock.now();
  const who = { actor: "nobody", via: "api", source } as const;
  await transaction(accounts.db, (tx) =>
    appendAudit(tx, { ...who, at, action: "session.login-failed", object: name }),
  );
}

/** Rights are read anew each time. Undefined: disabled, or the password is another one by now. */
async function principalOf(
  { db }: Accounts,
  { id, passwordHash }: Verified,
): Promise<Principal | undefined> {
  const row = await db
    .selectFrom("account")
    .select(["id", "name", "role", "must_change_password"])
    .where("id", "=", id)
    .where("enabled", "=", true)
    .where("password_hash", "=", passwordHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const permissions = (await permissionsOf(db, row.role)) ?? new Set();
  return {
    kind: "user",
    id: row.id,
    name: row.name,
    via: "api",
    permissions,
    restricted: row.must_change_password,
  };
}
