import { accountsMigrations } from "@breakwater/accounts";
import type { Log } from "@breakwater/platform";
import {
  createDb,
  createPool,
  loadMigrations,
  type Migration,
  migrate,
} from "@breakwater/postgres";
import type { HubDb } from "./database.ts";

export async function hubMigrations(): Promise<Migration[]> {
  const own = await loadMigrations(new URL("../migrations/", import.meta.url));
  return [...(await accountsMigrations()), ...own];
}

/** Brings the schema up to date and opens the pool. */
export async function openDatabase(url: string, log: Log): Promise<HubDb> {
  await migrate(url, await hubMigrations(), log);
  return createDb(createPool(url, { log, name: "hub" }));
}
