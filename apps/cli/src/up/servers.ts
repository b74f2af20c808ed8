import { fileURLToPath } from "node:url";
import type { HubConfigInput } from "@breakwater/hub";
import type { Log } from "@breakwater/platform";
import type { SmsConfigInput } from "@breakwater/sms";
import { z } from "zod";
import type { ChildEvent } from "./child-step.ts";
import { recordPath, stopLeftOver } from "./run-record.ts";
import { consoleFolder, stackFolders } from "./stack-folders.ts";
import { SupervisedChild } from "./supervised-child.ts";
import type { UpOptions } from "./up-options.ts";

export const ROLES = ["hub", "sms", "agent"] as const;
export type Role = (typeof ROLES)[number];

/** The program of this app, as built: `src` and `dist` are equally deep. */
const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const LEFT_OVER_GRACE_MS = 10_000;

/** Words that make a process recognisable as ours: program, role and data folder. */
/** In MiB. An import makes many short-lived objects: with Node's own 16 a fifth of its time is collecting them. */
const YOUNG_SPACE = 64;

function argumentsOf(role: Role, dataFolder: string): string[] {
  const node = role === "sms" ? [`--max-semi-space-size=${YOUNG_SPACE}`] : [];
  return [...node, MAIN, role, "--supervised", dataFolder];
}

/** Ends servers that a supervisor left behind when it was killed. They mostly end by themselves. */
export async function stopLeftOvers(dataFolder: string, log: Log): Promise<void> {
  await Promise.all(
    ROLES.map(async (role) => {
      const pid = await stopLeftOver(recordPath(dataFolder, role), LEFT_OVER_GRACE_MS);
      if (pid !== undefined) log.warn({ role, pid }, "ended a process left by an earlier run");
    }),
  );
}

export function createServer(options: {
  role: Role;
  dataFolder: string;
  configuration: () => unknown;
  onEvent: (role: Role, event: ChildEvent) => void;
}): SupervisedChild {
  const { role, dataFolder, configuration, onEvent } = options;
  return new SupervisedChild({
    name: role,
    args: argumentsOf(role, dataFolder),
    configuration,
    logFile: stackFolders(dataFolder).log(role),
    recordFile: recordPath(dataFolder, role),
    onEvent: (event) => onEvent(role, event),
  });
}

export function hubConfiguration(options: UpOptions, databaseUrl: string): HubConfigInput {
  const { host, ports, dataFolder } = options;
  return {
    dataDir: stackFolders(dataFolder).hub,
    databaseUrl,
    web: { host, port: ports.hubWeb },
    product: { host, port: ports.hubTls },
    consoleRoot: consoleFolder("hub"),
  };
}

export function smsConfiguration(options: UpOptions, databaseUrl: string): SmsConfigInput {
  const { host, ports, dataFolder } = options;
  return {
    dataDir: stackFolders(dataFolder).sms,
    databaseUrl,
    web: { host, port: ports.smsWeb },
    devices: { host, port: ports.smsTls },
    consoleRoot: consoleFolder("sms"),
  };
}

const Details = z.object({
  urls: z.object({ web: z.string() }),
  firstAdministrator: z.object({ name: z.string(), password: z.string() }).nullish(),
});
export type ServerDetails = z.infer<typeof Details>;

/** What a started server reported about itself. */
export function serverDetails(details: Record<string, unknown>): ServerDetails {
  return Details.parse(details);
}
