#!/usr/bin/env node
import { join } from "node:path";
import { createLog } from "@breakwater/platform";
import { openPostgres } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { readOptions } from "./main-options.ts";
import { startSms } from "./start-sms.ts";

/** An SMS on its own, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const { config, databaseUrl } = readOptions(process.argv.slice(2), process.env);
  const log = createLog({ name: "sms" });
  const dataDir = join(config.dataDir, "postgres");
  const postgres = await openPostgres({ databaseUrl, dataDir, log });
  try {
    const sms = await startSms({ ...config, databaseUrl: await postgres.database("sms") }, { log });
    process.stdout.write(`Console and REST API: ${sms.urls.web}\nDevices: ${sms.urls.devices}\n`);
    if (sms.firstAdministrator !== null) {
      const { name, password } = sms.firstAdministrator;
      // Shown this once: it is stored nowhere and must be changed at the first login.
      process.stdout.write(`First login: ${name} / ${password}\n`);
    }
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
    await sms.close();
  } finally {
    await postgres.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof AppError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
