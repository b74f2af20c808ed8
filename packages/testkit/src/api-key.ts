import { type AccountsTables, createAccounts, createApiKey } from "@breakwater/accounts";
import { silentLog, systemClock } from "@breakwater/platform";
import { createDb, createPool } from "@breakwater/postgres";
import { PERMISSIONS } from "@breakwater/protocol";

/** A superuser's API key for a server, made in its database as the command line makes its own. */
export async function apiKeyFor(databaseUrl: string): Promise<string> {
  const log = silentLog();
  const db = createDb<AccountsTables>(createPool(databaseUrl, { log, name: "testkit", max: 1 }));
  try {
    const accounts = createAccounts({ db, clock: systemClock, log, tls: false });
    const actor = { actor: "testkit", via: "system", source: "local" } as const;
    const grantor = { permissions: new Set(PERMISSIONS), actor };
    const { value } = await createApiKey(accounts, grantor, {
      name: "testkit",
      role: "superuser",
      description: "",
      monthsToExpiration: 0,
    });
    return value;
  } finally {
    await db.destroy();
  }
}
