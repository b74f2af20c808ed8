import {
  type AccountsTables,
  type Credentials,
  createAccounts,
  createApiKey,
  ensureFirstAdministrator,
} from "@breakwater/accounts";
import { type Log, systemClock } from "@breakwater/platform";
import { createDb, createPool } from "@breakwater/postgres";
import { PERMISSIONS } from "@breakwater/protocol";

const KEY_NAME = "breakwater command line";

export type LocalAccess = {
  /** Name and password of the first administrator, once: on the run that created it. */
  firstAdministrator: Credentials | null;
  apiKey: string;
};

/**
 * What whoever has the machine may always have: the first administrator of a new server, and an API
 * key for the commands on this machine. `knownKey` is kept when the server still accepts it.
 */
export async function localAccess(options: {
  databaseUrl: string;
  log: Log;
  knownKey: string | undefined;
  accepts: (key: string) => Promise<boolean>;
}): Promise<LocalAccess> {
  const { databaseUrl, log, knownKey, accepts } = options;
  const pool = createPool(databaseUrl, { log, name: "setup", max: 2 });
  const db = createDb<AccountsTables>(pool);
  try {
    const accounts = createAccounts({ db, clock: systemClock, log, tls: false });
    const firstAdministrator = await ensureFirstAdministrator(accounts);
    if (knownKey !== undefined && (await accepts(knownKey))) {
      return { firstAdministrator, apiKey: knownKey };
    }
    const actor = { actor: "system", via: "system", source: "local" } as const;
    const grantor = { permissions: new Set(PERMISSIONS), actor };
    const { value } = await createApiKey(accounts, grantor, {
      name: KEY_NAME,
      role: "superuser",
      description: "Made by breakwater up for the commands on this machine.",
      monthsToExpiration: 0,
    });
    return { firstAdministrator, apiKey: value };
  } finally {
    await db.destroy();
  }
}
