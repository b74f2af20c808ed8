import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountsTables } from "@breakwater/accounts";
import { issueServerCredentials } from "@breakwater/pki";
import { type HttpApp, silentLog, systemClock } from "@breakwater/platform";
import { createTestDatabase } from "@breakwater/postgres/testing";
import { buildProductListener, buildWebListener } from "./build-listeners.ts";
import { HubConfig } from "./config.ts";
import { openContext } from "./context.ts";
import { hubMigrations } from "./open-database.ts";

export type TestApps = { web: HttpApp; product: HttpApp; close: () => Promise<void> };

/** Both servers with all their routes, not listening. */
export async function openTestApps(): Promise<TestApps> {
  const database = await createTestDatabase<AccountsTables>(await hubMigrations());
  const dataDir = await mkdtemp(join(tmpdir(), "bw-hub-"));
  const config = HubConfig.parse({ dataDir, databaseUrl: database.url });
  const context = await openContext(config, { clock: systemClock, log: silentLog() });
  const credentials = await issueServerCredentials(context.ca, ["localhost"], Date.now());
  const listener = await buildProductListener(context, credentials);
  const web = await buildWebListener(context, { listener, url: "https://localhost" });
  return {
    web,
    product: listener.app,
    close: async () => {
      await Promise.all([web.close(), listener.close()]);
      await context.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
