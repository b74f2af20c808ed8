import {
  type Accounts,
  type AccountsTables,
  type Credentials,
  createAccounts,
  createApiKey,
  ensureFirstAdministrator,
  resetPassword,
} from "@breakwater/accounts";
import { createClient } from "@breakwater/client";
import { type Log, systemClock } from "@breakwater/platform";
import { createDb, createPool } from "@breakwater/postgres";
import { PERMISSIONS, type SmsApi } from "@breakwater/protocol";

export type LocalAccess = { apiKey: string; administrator: Credentials | null };

export type LocalAccessOptions = {
  url: string;
  databaseUrl: string;
  log: Log;
  knownKey: string | undefined;
  /** What the server reported: name and password on the run that created the first user. */
  firstAdministrator: Credentials | null;
  /** Whether a person has seen those already. */
  shown: boolean;
};

/**
 * What whoever has the machine may always have: an API key for the commands on it, and a way in for
 * the first administrator.
 */
export async function localAccess(options: LocalAccessOptions): Promise<LocalAccess> {
  const { url, databaseUrl, log, knownKey, firstAdministrator, shown } = options;
  const db = createDb<AccountsTables>(createPool(databaseUrl, { log, name: "setup", max: 2 }));
  try {
    const accounts = createAccounts({ db, clock: systemClock, log, tls: false });
    const known = knownKey !== undefined && (await isAccepted(url, knownKey));
    const apiKey = known ? knownKey : await newKey(accounts);
    const first = firstAdministrator ?? (await ensureFirstAdministrator(accounts));
    const again = first === null && !shown ? await unseenAdministrator(url, apiKey) : undefined;
    return {
      apiKey,
      administrator: again === undefined ? first : await resetPassword(accounts, again),
    };
  } finally {
    await db.destroy();
  }
}

async function isAccepted(url: string, apiKey: string): Promise<boolean> {
  const response = await fetch(`${url}/auth/v1/session`, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(10_000),
  });
  await response.body?.cancel();
  return response.ok;
}

async function newKey(accounts: Accounts): Promise<string> {
  const actor = { actor: "system", via: "system", source: "local" } as const;
  const { value } = await createApiKey(
    accounts,
    { permissions: new Set(PERMISSIONS), actor },
    {
      name: "breakwater command line",
      role: "superuser",
      description: "Made by breakwater up for the commands on this machine.",
      monthsToExpiration: 0,
    },
  );
  return value;
}

/**
 * A start that was cut short after the administrator was created and before anybody saw the password
 * must not lock people out. Only a sole user who has never logged in can be that administrator.
 */
async function unseenAdministrator(url: string, apiKey: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${apiKey}` };
  // Users are the same on both servers.
  const { items } = await createClient<SmsApi>({ baseUrl: url, headers })("GET /auth/v1/users");
  const [only, ...others] = items;
  const untouched = only?.mustChangePassword === true && only.lastLogin === null;
  return untouched && others.length === 0 ? only.name : undefined;
}
