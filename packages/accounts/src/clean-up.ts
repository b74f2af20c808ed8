import type { Accounts } from "./context.ts";
import { THROTTLE_POLICY } from "./login/throttle-policy.ts";
import { removeExpiredSessions } from "./sessions/session-store.ts";

/** Removes what time has made useless. Run it about every hour. */
export async function cleanUpAccounts(accounts: Accounts): Promise<void> {
  await removeExpiredSessions(accounts);
  const limit = accounts.clock.now().getTime() - THROTTLE_POLICY.account.forgetAfterMs;
  await accounts.db
    .deleteFrom("login_throttle")
    .where("last_failure_at", "<", new Date(limit))
    .execute();
}
