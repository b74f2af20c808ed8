import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ENTRY_TYPES, type EntryType } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import { type DatasetSpec, HASH_ALGORITHMS, renderRules } from "@breakwater/suricata";
import { type EnginePaths, RULE_FILE, urlScriptFile } from "./engine-paths.ts";
import { replaceTextFile } from "./line-file.ts";
import { type HashList, ListFiles } from "./list-files.ts";
import { listWriter, memberWriter } from "./member-writer.ts";
import type { Policy } from "./policy.ts";
import { StateFiles } from "./state-files.ts";

/** What the engine's files describe: sets of their own names, so that a reload takes them as new. */
export type Generation = {
  readonly number: number;
  readonly datasets: readonly DatasetSpec[];
  /** Elements written, by dataset name. */
  readonly counts: ReadonlyMap<string, number>;
};

export type Refused = { readonly type: EntryType; readonly value: string; readonly reason: string };

/** The whole world the files are made from. */
export type World = { readonly policy: Policy; readonly index: ReputationIndex };

/** Writes state files, lists and rules for everything the world holds. Call with the index held still. */
export async function writeGeneration(
  paths: EnginePaths,
  number: number,
  { policy, index }: World,
): Promise<{ generation: Generation; refused: Refused[] }> {
  const states = new StateFiles(paths.state, number);
  const lists = new ListFiles(paths);
  const refused: Refused[] = [];
  try {
    for (const type of ENTRY_TYPES) {
      // URLs are in their table, not in a file.
      if (type === "url") continue;
      await unhurried(
        index.visitKeys(type, memberWriter(type, policy, { states, lists, refused })),
      );
    }
    const generation = states.commit();
    writeRules(paths, generation.datasets, lists.commit());
    return { generation, refused };
  } catch (error) {
    states.abandon();
    lists.abandon();
    throw error;
  }
}

/** Lists only: ranges and hashes changed, the sets stay. */
export async function writeLists(
  paths: EnginePaths,
  datasets: readonly DatasetSpec[],
  { policy, index }: World,
): Promise<void> {
  const lists = new ListFiles(paths);
  try {
    for (const type of ["ipv6", "cidr", ...HASH_ALGORITHMS] as const) {
      await unhurried(index.visitKeys(type, listWriter(type, policy, lists)));
    }
    writeRules(paths, datasets, lists.commit());
  } catch (error) {
    lists.abandon();
    throw error;
  }
}

/** Lets others run at every pause; the index must not change meanwhile. */
async function unhurried(visit: Iterable<void>): Promise<void> {
  for (const _ of visit) await new Promise((resolve) => setImmediate(resolve));
}

function writeRules(
  paths: EnginePaths,
  datasets: readonly DatasetSpec[],
  hashLists: HashList[],
): void {
  replaceTextFile(
    paths.rule(RULE_FILE),
    renderRules({ datasets, urlScript: urlScriptFile, hashLists }),
  );
}

/** State files of sets that no rule names any more. */
export function removeOldStates(paths: EnginePaths, datasets: readonly DatasetSpec[]): void {
  const kept = new Set(datasets.map((spec) => spec.stateFile));
  for (const name of existsSync(paths.state) ? readdirSync(paths.state) : []) {
    if (name.startsWith("bw-") && !kept.has(name)) rmSync(join(paths.state, name), { force: true });
  }
}
