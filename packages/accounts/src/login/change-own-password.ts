import { transaction } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import { checkNewPassword } from "../passwords/check-new-password.ts";
import { closeSessionsOf, openSession } from "../sessions/session-store.ts";
import { requireAccount } from "../users/user-store.ts";
import { beginAttempt, forgetAttempt } from "./throttle-store.ts";

export type PasswordChange = {
  userId: string;
  current: string;
  next: string;
  source: string;
};

export type PasswordChangeResult =
  | { kind: "changed"; token: string }
  | { kind: "throttled"; seconds: number };

/** Ends all sessions of the user and opens a new one, whose cookie value it returns. */
export async function changeOwnPassword(
  accounts: Accounts,
  change: PasswordChange,
): Promise<PasswordChangeResult> {
  const user = await requireAccount(accounts.db, change.userId);
  const attempt = { name: user.name, source: change.source };
  const seconds = await beginAttempt(accounts, attempt);
  if (seconds > 0) return { kind: "throttled", seconds };
  if (!(await accounts.passwords.verify(user.password_hash, change.current))) {
    throw refused("current", "is not your password", "Type the password you logged in with.");
  }
  if (change.next === change.current) {
    throw refused("next", "is the old password", "Choose a new one.");
  }
  checkNewPassword(change.next, user.name);
  const passwordHash = await accounts.passwords.hash(change.next);
  const at = accounts.clock.now();
  return await transaction(accounts.db, async (tx): Promise<PasswordChangeResult> => {
    const { numUpdatedRows } = await tx
      .updateTable("account")
      .set({ password_hash: passwordHash, must_change_password: false })
      .where("id", "=", user.id)
      .where("password_hash", "=", user.password_hash)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) {
      throw new AppError("Conflict", "The password was changed by somebody else. Log in again.");
    }
    await forgetAttempt(tx, attempt);
    await closeSessionsOf(tx, user.id);
    const token = await openSession(tx, user.id, change.source, at);
    const who = { actor: user.name, via: "console", source: change.source } as const;
    await appendAudit(tx, { ...who, at, action: "user.change-password", object: user.name });
    return { kind: "changed", token };
  });
}

/** The value stays out of the answer: it is a password. */
function refused(field: string, reason: string, remedy: string): AppError {
  return new AppError("InvalidRequest", `${field}: ${reason}. ${remedy}`, {
    details: [{ field, reason, remedy }],
  });
}
