import type { Credentials } from "@breakwater/accounts";
import type { Log } from "@breakwater/platform";
import { openPostgres, type PostgresServer } from "@breakwater/postgres";
import { readAccess, writeAccess } from "../access-file.ts";
import type { ChildEvent } from "./child-step.ts";
import { startLabDevice } from "./lab-device.ts";
import { localAccess } from "./local-access.ts";
import { clientsOf, provision, type ServerAccess } from "./provision.ts";
import type { Screen } from "./screen.ts";
import {
  createServer,
  hubConfiguration,
  type Role,
  serverDetails,
  smsConfiguration,
  stopLeftOvers,
} from "./servers.ts";
import { readNotes } from "./setup-notes.ts";
import { stackFolders } from "./stack-folders.ts";
import type { SupervisedChild } from "./supervised-child.ts";
import type { UpOptions } from "./up-options.ts";

export type Stack = {
  hubUrl: string;
  smsUrl: string;
  hubAdministrator: Credentials | null;
  smsAdministrator: Credentials | null;
  /** What keeps the lab from running; empty when it runs or is not wanted. */
  labProblems: readonly string[];
};

type Tools = {
  screen: Screen;
  log: Log;
  /** Aborted when the person wants to stop, maybe before everything is up. */
  stopping: AbortSignal;
  /** What has to be taken down again, newest first. */
  onStop: (what: string, work: () => Promise<void>) => void;
};

/** Brings everything up, in the order in which one part needs the other. */
export async function bringUp(options: UpOptions, tools: Tools): Promise<Stack> {
  const { screen, log, stopping } = tools;
  await stopLeftOvers(options.dataFolder, log);
  const postgres = await screen.during("Database", () => startDatabase(options, tools), describe);
  stopping.throwIfAborted();
  const [hub, sms] = await Promise.all([
    screen.during("Hub", () => startServer("hub", options, tools, postgres)),
    screen.during("SMS", () => startServer("sms", options, tools, postgres)),
  ]);
  stopping.throwIfAborted();
  const access: ServerAccess = {
    hub: { url: hub.url, apiKey: hub.apiKey },
    sms: { url: sms.url, apiKey: sms.apiKey },
  };
  writeAccess(options.dataFolder, access);
  const clients = clientsOf(access);
  await provision(options, access, clients, screen);
  stopping.throwIfAborted();
  const labProblems = options.lab ? await startLabDevice(options, clients, tools) : [];
  return {
    hubUrl: hub.url,
    smsUrl: sms.url,
    hubAdministrator: hub.administrator,
    smsAdministrator: sms.administrator,
    labProblems,
  };
}

function describe({ kind, major }: PostgresServer): string {
  return kind === "embedded" ? `PostgreSQL ${major}, our own` : `PostgreSQL ${major}, yours`;
}

async function startDatabase(options: UpOptions, { log, onStop }: Tools): Promise<PostgresServer> {
  const postgres = await openPostgres({
    dataDir: stackFolders(options.dataFolder).postgres,
    databaseUrl: options.databaseUrl,
    log,
  });
  onStop("database", () => postgres.stop());
  return postgres;
}

async function startServer(
  role: "hub" | "sms",
  options: UpOptions,
  tools: Tools,
  postgres: PostgresServer,
) {
  const databaseUrl = await postgres.database(role);
  const configuration =
    role === "hub"
      ? hubConfiguration(options, databaseUrl)
      : smsConfiguration(options, databaseUrl);
  const child = superviseChild(role, options, tools, () => configuration);
  const { urls, firstAdministrator } = serverDetails(await child.start());
  const access = await localAccess({
    url: urls.web,
    databaseUrl,
    log: tools.log,
    knownKey: readAccess(options.dataFolder)[role]?.apiKey,
    firstAdministrator: firstAdministrator ?? null,
    shown: readNotes(options.dataFolder).passwordsShown,
  });
  return { url: urls.web, ...access };
}

export function superviseChild(
  role: Role,
  options: UpOptions,
  { log, screen, onStop }: Tools,
  configuration: () => unknown,
): SupervisedChild {
  const child = createServer({
    role,
    dataFolder: options.dataFolder,
    configuration,
    onEvent: (_, event) => {
      log.info({ role, ...event }, "server");
      const text = eventText(role, event);
      if (text !== undefined) screen.line(text);
    },
  });
  onStop(role, () => child.stop());
  return child;
}

/** What the person should see; starting and stopping are shown as progress already. */
function eventText(role: Role, event: ChildEvent): string | undefined {
  switch (event.event) {
    case "exited":
      return `The ${role} ended (${event.reason}); it starts again in ${(event.retryInMs / 1000).toFixed(1)} s.`;
    case "late":
      return `The ${role} took too long to start and is started again.`;
    case "ready":
    case "failed":
    case "stopped":
      return undefined;
  }
}
