import { randomUUID } from "node:crypto";
import { link, readFile, readlink, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@breakwater/protocol";
import { isErrno, orIfMissing } from "../errno.ts";
import type { Log } from "../log.ts";
import { isAlive, readProcess } from "./processes.ts";

/** Who holds a data folder. `place` tells machines, boots and containers apart. */
type Owner = { id: string; place: string; pid: number; startTicks: string };

export type OwnerLock = { release(): Promise<void> };

export type OwnerLockOptions = {
  log: Log;
  /** Called when the lock turns out to be someone else's, e.g. after this process was suspended. */
  onLost: () => void;
  beatMs?: number;
  /** How long a lock of another machine or container must stand still before it counts as left. */
  patienceMs?: number;
};

/**
 * One process per data folder. PostgreSQL's own check does not see a second container or a second
 * machine on the same volume. On this machine the holder is looked up by pid and start time;
 * elsewhere it must touch the file regularly, and is judged by whether the file changes (never by
 * comparing clocks).
 */
export async function acquireOwnerLock(
  dataDir: string,
  options: OwnerLockOptions,
): Promise<OwnerLock> {
  const path = join(dataDir, "owner.json");
  const me = await describeMe();
  while (!(await tryCreate(path, me))) await evict(path, dataDir, options);
  return keepAlive(path, me, options);
}

async function describeMe(): Promise<Owner> {
  const self = await readProcess(process.pid);
  return {
    id: randomUUID(),
    place: await describePlace(),
    pid: process.pid,
    startTicks: self?.startTicks ?? "",
  };
}

async function describePlace(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const pidNamespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), boot.trim(), pidNamespace].join("|");
}

/** Appears complete or not at all: written aside, then linked, which fails if the lock exists. */
async function tryCreate(path: string, owner: Owner): Promise<boolean> {
  const draft = `${path}.${owner.id}`;
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function evict(path: string, dataDir: string, options: OwnerLockOptions): Promise<void> {
  const seen = await orIfMissing(readFile(path, "utf8"), null);
  if (seen === null) return;
  const owner = parseOwner(seen);
  const inUse =
    owner !== null && owner.place === (await describePlace())
      ? await isRunning(owner)
      : await isTouched(path, options);
  if (inUse) throw alreadyInUse(dataDir, owner);
  options.log.warn({ dataDir, pid: owner?.pid }, "taking over a data folder left by another run");
  await removeIfUnchanged(path, seen);
}

function alreadyInUse(dataDir: string, owner: Owner | null): AppError {
  const holder = owner === null ? "another process" : `process ${owner.pid}`;
  const where = owner === null ? "" : ` on ${owner.place.split("|")[0]}`;
  return new AppError(
    "Conflict",
    `The data folder ${dataDir} is in use by ${holder}${where}. Stop it, or give this one another data folder.`,
  );
}

async function isRunning(owner: Owner): Promise<boolean> {
  const info = await readProcess(owner.pid);
  return isAlive(info) && info.startTicks === owner.startTicks;
}

async function isTouched(path: string, options: OwnerLockOptions): Promise<boolean> {
  const before = await modified(path);
  const deadline = performance.now() + (options.patienceMs ?? 10_000);
  while (performance.now() < deadline) {
    await sleep(100);
    const now = await modified(path);
    if (now === null) return false;
    if (now !== before) return true;
  }
  return false;
}

async function modified(path: string): Promise<number | null> {
  return (await orIfMissing(stat(path), null))?.mtimeMs ?? null;
}

/** Two processes may evict at once: each moves the file aside and looks at what it got. */
async function removeIfUnchanged(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  if ((await orIfMissing(rename(path, aside), null)) === null) return;
  if ((await readFile(aside, "utf8")) !== seen) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function keepAlive(path: string, me: Owner, options: OwnerLockOptions): OwnerLock {
  const isMine = async () => {
    const text = await orIfMissing(readFile(path, "utf8"), null);
    return text !== null && parseOwner(text)?.id === me.id;
  };
  const beat = async () => {
    if (await isMine()) return await utimes(path, new Date(), new Date());
    clearInterval(timer);
    options.onLost();
  };
  const timer = setInterval(() => {
    beat().catch((error: unknown) => {
      options.log.warn({ err: error }, "cannot renew the data folder's lock");
    });
  }, options.beatMs ?? 2_000);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      if (await isMine()) await rm(path, { force: true });
    },
  };
}

function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "place" in value &&
    typeof value.place === "string" &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "startTicks" in value &&
    typeof value.startTicks === "string"
  );
}
