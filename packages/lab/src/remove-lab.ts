import { readFileSync } from "node:fs";
import { identifyProcess, isSameProcess, stopProcess } from "@breakwater/suricata";
import type { LabNames } from "./lab-names.ts";
import { labNames, MAX_LAB_DEVICES } from "./lab-names.ts";
import type { LabState, LabStateStore } from "./lab-state.ts";
import { namespaceInode, namespaceNames, removeNamespace } from "./namespaces.ts";
import { findLabServers } from "./start-lab-server.ts";

/**
 * Removes everything a lab made: what its record lists, and namespaces that bear
 * its names without a record. Safe to repeat, and after a crash at any point.
 */
export async function removeLab(name: string, store: LabStateStore): Promise<void> {
  const state = store.read(name);
  const recorded = (state?.processes ?? []).map(({ identity }) => identity);
  for (const identity of [...recorded, ...findLabServers(name)]) await stopProcess(identity);
  const existing = new Set(namespaceNames());
  const candidates = namesOf(labNames(name)).filter((namespace) => existing.has(namespace));
  await Promise.all(
    candidates.map((namespace) => removeNamespace(namespace, isProvenOurs(namespace, state))),
  );
  store.remove(name);
}

/** Labs whose owner died without taking them down. */
export async function removeAbandonedLabs(store: LabStateStore): Promise<string[]> {
  const abandoned = store.list().filter(isAbandoned);
  for (const { name } of abandoned) await removeLab(name, store);
  return abandoned.map(({ name }) => name);
}

export function isAbandoned({ owner }: LabState): boolean {
  return owner !== undefined && !isSameProcess(owner);
}

/** The namespace is the very one this lab made, so what runs in it runs in the lab. */
function isProvenOurs(namespace: string, state: LabState | undefined): boolean {
  const recorded = state?.namespaces.find(({ name }) => name === namespace);
  return recorded?.inode !== undefined && recorded.inode === namespaceInode(namespace);
}

function namesOf(names: LabNames): string[] {
  const devices = Array.from({ length: MAX_LAB_DEVICES }, (_, index) => names.device(index + 1));
  return [names.client, names.server, ...devices];
}

/** For messages: `1234 (node)`. */
export function describeOwner(state: LabState): string {
  const pid = state.owner?.pid;
  if (pid === undefined || identifyProcess(pid) === undefined) return "nobody";
  return `${pid} (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()})`;
}
