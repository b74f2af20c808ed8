import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError } from "@breakwater/protocol";
import { identifyProcess, isSameProcess, ProcessIdentity, stopProcess } from "@breakwater/suricata";
import { z } from "zod";

/** A process we started: who it is, and the words its command line must still contain. */
const RunRecord = z.object({ identity: ProcessIdentity, words: z.array(z.string()).readonly() });
export type RunRecord = z.infer<typeof RunRecord>;

export function recordPath(dataFolder: string, role: string): string {
  return join(dataFolder, "run", `${role}.json`);
}

/** Notes a process before anything depends on it, so that a later start can find it. */
export function writeRecord(path: string, pid: number, words: readonly string[]): void {
  const identity = identifyProcess(pid);
  if (identity === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ identity, words } satisfies RunRecord), { flush: true });
  renameSync(draft, path);
}

export function readRecord(path: string): RunRecord | undefined {
  try {
    return RunRecord.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

export function removeRecord(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Whether the noted process still runs and is provably the one we started: same pid, same start
 * time, same boot, and our words in its command line.
 */
export function isOurs({ identity, words }: RunRecord): boolean {
  if (!isSameProcess(identity)) return false;
  const commandLine = commandLineOf(identity.pid);
  return words.every((word) => commandLine.includes(word));
}

function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Ends a process that an earlier run left behind; anything that is not provably ours is left alone. */
export async function stopLeftOver(path: string, graceMs: number): Promise<number | undefined> {
  const record = readRecord(path);
  const stopped = record !== undefined && isOurs(record) ? record.identity.pid : undefined;
  if (record !== undefined && stopped !== undefined) await stopProcess(record.identity, graceMs);
  removeRecord(path);
  return stopped;
}

/**
 * One supervisor per data folder. The file appears complete or not at all, and one of a process that
 * is gone is replaced.
 *
 * @throws AppError `Conflict` when another supervisor is at work
 */
export function takeOver(path: string, words: readonly string[]): { release: () => void } {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) return { release: () => undefined };
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ identity, words } satisfies RunRecord), { flush: true });
  try {
    for (let attempt = 0; !tryLink(draft, path); attempt++) {
      const holder = readRecord(path);
      if ((holder !== undefined && isOurs(holder)) || attempt === 10) throw inUse(path, holder);
      removeRecord(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => removeRecord(path) };
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function inUse(path: string, holder: RunRecord | undefined): AppError {
  const who = holder === undefined ? "" : ` (process ${holder.identity.pid})`;
  return new AppError(
    "Conflict",
    `Breakwater already runs with this data folder${who}. Stop it with Ctrl-C or SIGTERM, or choose another folder with --data. The note is ${path}.`,
  );
}
