import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess, isSameProcess, stopProcess } from "@breakwater/suricata";
import { runCommand } from "./run-command.ts";

const NAMESPACE_DIRECTORY = "/run/netns";

/** The kernel's number of a named namespace; a name made again gets another one. */
export function namespaceInode(name: string): number | undefined {
  try {
    return statSync(join(NAMESPACE_DIRECTORY, name)).ino;
  } catch {
    return undefined;
  }
}

export function namespaceNames(): string[] {
  try {
    return readdirSync(NAMESPACE_DIRECTORY);
  } catch {
    return [];
  }
}

/**
 * Ends what runs inside the namespace, then removes it. Its interfaces go with it,
 * but only once no process holds it any more. Absent is done.
 */
export async function removeNamespace(name: string, provenOurs: boolean): Promise<void> {
  if (namespaceInode(name) === undefined) return;
  if (provenOurs) await stopInhabitants(name);
  await runCommand("ip", ["netns", "del", name]);
}

async function stopInhabitants(name: string): Promise<void> {
  const { stdout } = await runCommand("ip", ["netns", "pids", name]);
  const inhabitants = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => identifyProcess(Number(line)))
    .filter((identity) => identity !== undefined && identity.pid !== process.pid)
    .filter((identity) => identity !== undefined);
  await Promise.all(inhabitants.filter(isSameProcess).map((identity) => stopProcess(identity)));
}
