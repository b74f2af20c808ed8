import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueServerCredentials } from "@breakwater/pki";
import { type HttpApp, silentLog, systemClock } from "@breakwater/platform";
import { createTestDatabase } from "@breakwater/postgres/testing";
import { buildDeviceListener, buildWebListener } from "./build-listeners.ts";
import { SmsConfig } from "./config.ts";
import { openContext, type SmsContext } from "./context.ts";
import { type Schema, smsMigrations } from "./database.ts";

export type TestApps = {
  context: SmsContext;
  web: HttpApp;
  devices: HttpApp;
  close: () => Promise<void>;
};

/** Everything of an SMS but its jobs and open ports. */
export async function openTestApps(): Promise<TestApps> {
  const database = await createTestDatabase<Schema>(await smsMigrations());
  const dataDir = await mkdtemp(join(tmpdir(), "bw-sms-"));
  const config = SmsConfig.parse({ dataDir, databaseUrl: database.url });
  const context = await openContext(config, { clock: systemClock, log: silentLog() });
  const credentials = await issueServerCredentials(context.ca, ["localhost"], Date.now());
  const listener = await buildDeviceListener(context, credentials);
  const web = await buildWebListener(context, { listener, url: "https://localhost" });
  return {
    context,
    web,
    devices: listener.app,
    close: async () => {
      await Promise.all([web.close(), listener.close()]);
      await context.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
