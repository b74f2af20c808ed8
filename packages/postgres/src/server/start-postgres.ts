import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, messageOf } from "@breakwater/protocol";
import { clearTheWay } from "../cluster/clear-the-way.ts";
import { adoptFiles, clusterMajor, createCluster, SUPERUSER } from "../cluster/create-cluster.ts";
import { acquireOwnerLock, type OwnerLock } from "../cluster/owner-lock.ts";
import { engineCandidates, prepareEngine } from "../engine/prepare-engine.ts";
import type { Log } from "../log.ts";
import { chooseRunAs, launchFor, type RunAs } from "./run-as.ts";
import {
  logSettings,
  measureMachine,
  type Settings,
  settingsFor,
  socketSettings,
} from "./settings.ts";
import { removeStaleSocket, SOCKET_PORT, shortHash, socketFolder } from "./socket-folder.ts";
import {
  type Exit,
  failureReason,
  type SpawnOptions,
  spawnServer,
  waitUntilReady,
} from "./spawn-server.ts";
import { type ServerPhase, Supervisor } from "./supervisor.ts";

export type StartOptions = {
  /** Everything lives in here: data, logs, socket, and the binaries if they had to be copied. */
  dataDir: string;
  log: Log;
  /** User to run as when we are root; `postgres`, else `nobody`, when not given. */
  user?: string;
  /** Folder with `postgres` and `initdb` to use instead of the packaged ones. */
  binDir?: string;
  /** Server settings on top of ours. */
  settings?: Settings;
  /** Shut the server down when this process is killed; on unless told otherwise. */
  dieWithParent?: boolean;
};

export type EmbeddedPostgres = {
  readonly kind: "embedded";
  readonly version: string;
  readonly major: number;
  readonly dataDir: string;
  readonly socketDir: string;
  readonly phase: ServerPhase;
  readonly pid: number | null;
  /** Connection URL for one of its databases. */
  url(database: string): string;
  onPhase(listener: (phase: ServerPhase) => void): () => void;
  /** Called when the server process ends unasked; it is restarted by itself. */
  onExit(listener: (exit: Exit) => void): () => void;
  /** Fast shutdown: open transactions are rolled back. */
  stop(): Promise<void>;
};

/** Creates (first time) and starts a PostgreSQL server of our own, reachable by socket only. */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o755 });
  const dataDir = await realpath(options.dataDir);
  const holder: { supervisor: Supervisor | null } = { supervisor: null };
  const lock = await acquireOwnerLock(dataDir, {
    log: options.log,
    onLost: () => {
      options.log.error({ dataDir }, "another process took the data folder over: stopping");
      void holder.supervisor?.stop();
    },
  });
  try {
    const prepared = await prepare({ ...options, dataDir });
    const supervisor = supervise(prepared, options.log);
    holder.supervisor = supervisor;
    await startFirst(supervisor, dataDir);
    return describe(prepared, supervisor, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Prepared = SpawnOptions & { dataDir: string; socketDir: string };

async function prepare(options: StartOptions): Promise<Prepared> {
  const { dataDir, log } = options;
  const cluster = { folder: join(dataDir, "cluster"), name: `breakwater-${shortHash(dataDir)}` };
  const runAs = await chooseRunAs(dataDir, options.user);
  const launch = await launchFor(runAs, options.dieWithParent ?? true);
  const major = await clusterMajor(cluster.folder);
  const candidates = await engineCandidates(options.binDir);
  // setpriv keeps root's rights until it has opened the program, so through it a probe would pass
  // that the server's own user fails.
  const probing = await launchFor(runAs, false);
  const engine = await prepareEngine({ dataDir, launch: probing, major, candidates });
  await clearTheWay(cluster, log);
  if (major === null) {
    log.info({ folder: cluster.folder, version: engine.version }, "creating the database cluster");
    const noSync = options.settings?.["fsync"] === "off";
    await createCluster(cluster.folder, { engine, runAs, launch, noSync });
  }
  await adoptFiles(cluster.folder, runAs);
  const socketDir = await socketFolder(dataDir, runAs);
  const settings = {
    ...settingsFor(await measureMachine(dataDir)),
    ...logSettings(await logFolder(dataDir, runAs)),
    ...options.settings,
    ...socketSettings(socketDir),
  };
  const startLog = join(dataDir, "start.log");
  return { engine, launch, cluster, settings, startLog, dataDir, socketDir };
}

async function logFolder(dataDir: string, runAs: RunAs): Promise<string> {
  const folder = join(dataDir, "log");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await adoptFiles(folder, runAs);
  return folder;
}

function supervise(prepared: Prepared, log: Log): Supervisor {
  return new Supervisor({
    spawn: async () => {
      await clearTheWay(prepared.cluster, log);
      await removeStaleSocket(prepared.socketDir);
      return await spawnServer(prepared);
    },
    untilReady: (child) => waitUntilReady(child, prepared.cluster.folder),
    reason: () => failureReason(prepared.startLog, prepared.cluster.folder),
    log,
  });
}

/** The memory of a server that has just died may stay attached for a moment. */
const STILL_ATTACHED = /shared memory block/;

async function startFirst(supervisor: Supervisor, dataDir: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await supervisor.start();
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (attempt > 20 || !STILL_ATTACHED.test(messageOf(error))) throw notStarted(error, dataDir);
      await sleep(500);
    }
  }
}

function notStarted(error: unknown, dataDir: string): AppError {
  return new AppError(
    "Unavailable",
    `The database server in ${dataDir} did not start: ${messageOf(error)}. More in ${join(dataDir, "start.log")} and ${join(dataDir, "log")}.`,
    { cause: error },
  );
}

function describe(prepared: Prepared, supervisor: Supervisor, lock: OwnerLock): EmbeddedPostgres {
  const { engine, dataDir, socketDir } = prepared;
  return {
    kind: "embedded",
    version: engine.version,
    major: engine.major,
    dataDir,
    socketDir,
    get phase() {
      return supervisor.phase;
    },
    get pid() {
      return supervisor.pid;
    },
    url: (database) =>
      `postgresql:///${database}?host=${encodeURIComponent(socketDir)}&port=${SOCKET_PORT}&user=${SUPERUSER}`,
    onPhase: (listener) => supervisor.onPhase(listener),
    onExit: (listener) => supervisor.onExit(listener),
    async stop() {
      await supervisor.stop();
      await lock.release();
    },
  };
}
