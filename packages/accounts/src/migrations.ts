import { loadMigrations, type Migration } from "@breakwater/postgres";

/** Include these in the application's migrations. */
export function accountsMigrations(): Promise<Migration[]> {
  return loadMigrations(new URL("../migrations/", import.meta.url));
}
