import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { identifyProcess, isSameProcess, ProcessIdentity } from "./process-identity.ts";

/** What the engine's pid file holds: the process and the configuration it was started with. */
export const EngineRecord = z.object({ identity: ProcessIdentity, configDigest: z.string() });
export type EngineRecord = z.infer<typeof EngineRecord>;

export function writeRecord(path: string, record: EngineRecord): void {
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

export function removeRecord(path: string): void {
  rmSync(path, { force: true });
}

export type FoundEngine = { identity: ProcessIdentity; configDigest: string | undefined };

/**
 * An engine that runs with this configuration file although nobody here started it: the
 * one of the pid file, or, when its starter died before writing that, by its arguments.
 */
export function findEngine(pidFile: string, configFile: string): FoundEngine | undefined {
  const record = readRecord(pidFile);
  if (record !== undefined && isSameProcess(record.identity)) {
    if (isEngineOf(record.identity.pid, configFile)) return record;
  }
  for (const pid of processIds()) {
    if (!isEngineOf(pid, configFile)) continue;
    const identity = identifyProcess(pid);
    if (identity !== undefined) return { identity, configDigest: undefined };
  }
  return undefined;
}

/** Suricata running live (not `-T`) on exactly this configuration file. */
function isEngineOf(pid: number, configFile: string): boolean {
  const [program = "", ...args] = readArguments(pid);
  if (!/(^|\/)[Ss]uricata(-\w+)?$/.test(program)) return false;
  return args[args.indexOf("-c") + 1] === configFile && !args.includes("-T");
}

function readArguments(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function readRecord(path: string): EngineRecord | undefined {
  try {
    return EngineRecord.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
