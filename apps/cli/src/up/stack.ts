import type { Credentials } from "@breakwater/accounts";
import { openPostgres, type PostgresServer } from "@breakwater/postgres";
import { AppError, messageOf } from "@breakwater/protocol";
import { readAccess, writeAccess } from "../access-file.ts";
import { finishLabDevice, prepareLabDevice } from "./lab-device.ts";
import { localAccess } from "./local-access.ts";
import { clientsOf, provision, type ServerAccess } from "./provision.ts";
import { hubConfiguration, serverDetails, smsConfiguration, stopLeftOvers } from "./servers.ts";
import { readNotes } from "./setup-notes.ts";
import { stackFolders } from "./stack-folders.ts";
import { superviseServer, type Tools } from "./supervise-server.ts";
import type { UpOptions } from "./up-options.ts";

export type Stack = {
  hubUrl: string;
  smsUrl: string;
  hubAdministrator: Credentials | null;
  smsAdministrator: Credentials | null;
  /** What keeps the lab from running; empty when it runs or is not wanted. */
  labProblems: readonly string[];
};

/** Brings everything up, in the order in which one part needs the other. */
export async function bringUp(options: UpOptions, tools: Tools): Promise<Stack> {
  const { screen, log, stopping } = tools;
  await stopLeftOvers(options.dataFolder, log);
  const device = options.lab ? prepareLabDevice(options, tools) : undefined;
  try {
    const { access, ...servers } = await bringUpServers(options, tools);
    const clients = clientsOf(access);
    await provision(options, access, clients, screen);
    stopping.throwIfAborted();
    const labProblems =
      device === undefined ? [] : await finishLabDevice(await device, options, clients, tools);
    return { ...servers, labProblems };
  } finally {
    // It must not go on building while the rest is taken down.
    await device;
  }
}

async function bringUpServers(options: UpOptions, tools: Tools) {
  const { screen, stopping } = tools;
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
  return {
    access,
    hubUrl: hub.url,
    smsUrl: sms.url,
    hubAdministrator: hub.administrator,
    smsAdministrator: sms.administrator,
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
  const child = superviseServer(role, options, tools, () => configuration);
  const { urls, firstAdministrator } = serverDetails(await child.start().catch(withRemedy));
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

/** The commonest reason has a remedy that only this command knows. */
function withRemedy(error: unknown): never {
  const message = messageOf(error);
  if (!message.includes("EADDRINUSE")) throw error;
  const remedy = "Another program uses this port. Stop it, or choose other ports with --port-base.";
  throw new AppError("Conflict", `${message}. ${remedy}`, { cause: error });
}
