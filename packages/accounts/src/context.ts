import type { Clock, Log } from "@breakwater/platform";
import type { Db } from "@breakwater/postgres";
import { createPasswordHasher, type PasswordHasher } from "./passwords/password-hasher.ts";
import type { AccountsTables } from "./tables.ts";

export type AccountsOptions = {
  db: Db<AccountsTables>;
  clock: Clock;
  log: Log;
  /** The server speaks TLS: cookies are `Secure` and carry the `__Host-` prefix. */
  tls: boolean;
};

/** What every function of this package works with. */
export type Accounts = AccountsOptions & { passwords: PasswordHasher };

export function createAccounts(options: AccountsOptions): Accounts {
  return { ...options, passwords: createPasswordHasher() };
}
