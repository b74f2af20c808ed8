import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { identifyProcess, isSameProcess, type ProcessIdentity } from "@breakwater/suricata";
import { inNamespace } from "./run-command.ts";

const START_TIMEOUT_MS = 15_000;

// From `src` and from `dist` alike, the program that runs is the built one.
const PROGRAM = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "dist",
  "lab-server",
  "main.js",
);

/**
 * Starts the lab's servers inside the namespace, detached so that `lab up` may
 * return. `onSpawn` records the process before anything waits on it.
 */
export async function startLabServer(options: {
  lab: string;
  namespace: string;
  deviceCount: number;
  logFile: string;
  onSpawn: (identity: ProcessIdentity) => void;
}): Promise<void> {
  const { lab, namespace, deviceCount, logFile, onSpawn } = options;
  const output = openSync(logFile, "w");
  const program = [process.execPath, PROGRAM, lab, String(deviceCount)];
  const command = inNamespace(namespace, program);
  const child = spawn(command.file, command.args, {
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined) throw new Error(`the lab server did not start: see ${logFile}`);
  child.unref();
  onSpawn(identity);
  await untilReady(identity, logFile);
}

/** Servers of that lab that run although no record names them: known by program and lab name. */
export function findLabServers(lab: string): ProcessIdentity[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [, program, name] = readArguments(pid);
      return program === PROGRAM && name === lab;
    })
    .map((pid) => identifyProcess(Number(pid)))
    .filter((identity) => identity !== undefined);
}

function readArguments(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

async function untilReady(identity: ProcessIdentity, logFile: string): Promise<void> {
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += 25) {
    const log = readFileSync(logFile, "utf8");
    if (log.includes("lab server ready")) return;
    if (!isSameProcess(identity)) {
      throw new Error(`the lab server ended at once. It said: ${log.slice(0, 2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(
    `the lab server was not ready after ${START_TIMEOUT_MS / 1000} s: see ${logFile}`,
  );
}
