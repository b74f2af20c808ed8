import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPostmasterPid } from "../cluster/postmaster-pid.ts";
import type { ClusterIdentity } from "../cluster/processes.ts";
import type { Engine } from "../engine/engine.ts";
import { serverEnvironment } from "./run.ts";
import { asCommand, idsOf, type Launch } from "./run-as.ts";
import { asArguments, type Settings } from "./settings.ts";

export type SpawnOptions = {
  engine: Engine;
  launch: Launch;
  cluster: ClusterIdentity;
  settings: Settings;
  /** Where the server writes before its own log collector runs. */
  startLog: string;
};

/** How a server process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type ServerChild = { pid: number; exited: Promise<Exit>; kill(name: NodeJS.Signals): void };

/**
 * Starts the server and returns at once. It gets a process group of its own: Ctrl-C in a terminal
 * goes to the whole group, and the database must outlive us by the time we need to finish writing.
 */
export async function spawnServer(options: SpawnOptions): Promise<ServerChild> {
  const { engine, launch, cluster } = options;
  const { file, args } = asCommand(launch, join(engine.binDir, "postgres"), [
    "-D",
    cluster.folder,
    ...asArguments({ ...options.settings, cluster_name: cluster.name }),
  ]);
  const log = await open(options.startLog, "w", 0o640);
  try {
    const child = spawn(file, args, {
      ...idsOf(launch),
      cwd: "/",
      detached: true,
      env: serverEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
    });
    return await settle(child);
  } finally {
    await log.close();
  }
}

async function settle(child: ChildProcess): Promise<ServerChild> {
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return { pid: child.pid ?? 0, exited, kill: (name) => void child.kill(name) };
}

/** Waits until this very process accepts connections; false when it exits first. */
export async function waitUntilReady(child: ServerChild, cluster: string): Promise<boolean> {
  let running = true;
  void child.exited.then(() => {
    running = false;
  });
  // No time limit: crash recovery takes as long as it takes, and `stop` ends the process.
  while (running) {
    const lock = await readPostmasterPid(cluster);
    if (lock?.pid === child.pid && lock.status === "ready") return true;
    await sleep(20);
  }
  return false;
}

/** The lines that say why a server did not start: before, and after its log collector took over. */
export async function failureReason(startLog: string, cluster: string): Promise<string> {
  const early = await readFile(startLog, "utf8").catch(() => "");
  const late = early.includes("redirecting log output") ? await currentLog(cluster) : "";
  const lines = `${early}\n${late}`.trim().split("\n");
  const telling = lines.filter((line) => /\b(FATAL|PANIC|ERROR):/.test(line));
  return (telling.length > 0 ? telling : lines).slice(-3).join(" ");
}

/** `current_logfiles` holds lines like "stderr /path/of/the.log". */
async function currentLog(cluster: string): Promise<string> {
  const list = await readFile(join(cluster, "current_logfiles"), "utf8").catch(() => "");
  const path = /^stderr (.+)$/m.exec(list)?.[1];
  if (path === undefined) return "";
  const text = await readFile(path, "utf8").catch(() => "");
  return text.slice(-4_096);
}
