import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@breakwater/protocol";
import type { Log } from "../log.ts";
import { type PostmasterPid, postmasterPidPath, readPostmasterPid } from "./postmaster-pid.ts";
import {
  type ClusterIdentity,
  isAlive,
  type ProcessInfo,
  readProcess,
  type ServerProcess,
  serverProcesses,
  signal,
  startedAt,
} from "./processes.ts";

/** Waiting times in milliseconds for each kind of persuasion. */
export type Patience = { interrupt: number; children: number; quit: number; kill: number };
export const PATIENCE: Patience = {
  interrupt: 60_000,
  children: 10_000,
  quit: 10_000,
  kill: 5_000,
};

/**
 * Ends what an earlier run left behind in this cluster, so that a new server can open it: an
 * orphaned server, backends that outlived theirs, and a lock file whose pid belongs to a stranger.
 * The caller holds the data folder's lock, so nobody else may be using it.
 */
export async function clearTheWay(
  cluster: ClusterIdentity,
  log: Log,
  patience: Patience = PATIENCE,
): Promise<void> {
  await stopPostmaster(cluster, log, patience);
  await stopChildren(cluster, log, patience);
  await removeForeignLock(cluster, log);
}

async function stopPostmaster(cluster: ClusterIdentity, log: Log, patience: Patience) {
  const orphans = (await serverProcesses(cluster)).filter(({ role }) => role === "postmaster");
  if (orphans.length === 0) return;
  log.warn({ pids: pidsOf(orphans) }, "stopping a database server left by an earlier run");
  await persuade(cluster, orphans, "SIGINT", patience.interrupt);
  await persuade(cluster, orphans, "SIGQUIT", patience.quit);
  await persuade(cluster, orphans, "SIGKILL", patience.kill);
}

/** Backends leave when they notice that their server died; one in a busy loop needs telling. */
async function stopChildren(cluster: ClusterIdentity, log: Log, patience: Patience) {
  const left = await waitForExit(await serverProcesses(cluster), patience.children);
  if (left.length === 0) return;
  log.warn({ pids: pidsOf(left) }, "stopping database backends left by an earlier run");
  await persuade(cluster, left, "SIGQUIT", patience.quit);
  await persuade(cluster, left, "SIGKILL", patience.kill);
  const stuck = await waitForExit(await serverProcesses(cluster), 0);
  if (stuck.length === 0) return;
  throw new AppError(
    "Unavailable",
    `Processes ${pidsOf(stuck).join(", ")} of an earlier database server in ${cluster.folder} cannot be ended. End them by hand and start again.`,
  );
}

async function persuade(
  cluster: ClusterIdentity,
  targets: readonly ServerProcess[],
  name: NodeJS.Signals,
  waitMs: number,
): Promise<void> {
  const current = await serverProcesses(cluster);
  const left = targets.filter((target) => current.some((process) => same(process, target)));
  for (const { pid } of left) signal(pid, name);
  await waitForExit(left, waitMs);
}

async function waitForExit(
  processes: readonly ServerProcess[],
  waitMs: number,
): Promise<ServerProcess[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const now = await Promise.all(processes.map(({ pid }) => readProcess(pid)));
    const left = processes.filter((target) =>
      now.some((info) => isAlive(info) && same(info, target)),
    );
    if (left.length === 0 || performance.now() >= deadline) return left;
    await sleep(20);
  }
}

function same(a: { pid: number; startTicks: string }, b: { pid: number; startTicks: string }) {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

/**
 * After a restart of a container the old pid often belongs to some other process of the same user,
 * and the server would refuse to start. No process of this cluster is left by now, so a pid that
 * is taken can only be a stranger's (or a zombie's), and an unreadable file can only be torn.
 */
async function removeForeignLock({ folder }: ClusterIdentity, log: Log): Promise<void> {
  const lock = await readPostmasterPid(folder);
  if (lock === null) return;
  const holder = lock.pid === null ? null : await readProcess(lock.pid);
  if (lock.pid !== null && holder === null) return;
  if (holder !== null && (await couldHaveWritten(lock, holder))) {
    throw new AppError(
      "Conflict",
      `Process ${holder.pid} (${holder.arguments.join(" ")}) uses the database folder ${folder}. Stop it first.`,
    );
  }
  log.warn({ pid: lock.pid, now: holder?.arguments[0] }, "removing a stale postmaster.pid");
  await rm(postmasterPidPath(folder), { force: true });
}

/** A server started by hand, by another path: it has the lock's pid and started when the lock says. */
async function couldHaveWritten(lock: PostmasterPid, holder: ProcessInfo): Promise<boolean> {
  if (!isAlive(holder) || basename(holder.arguments[0] ?? "") !== "postgres") return false;
  const started = await startedAt(holder);
  return lock.started === null || started === null || Math.abs(started - lock.started) <= 10;
}

function pidsOf(processes: readonly ServerProcess[]): number[] {
  return processes.map(({ pid }) => pid);
}
