import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EntryType, SetMember } from "@breakwater/protocol";
import type { ReputationIndex } from "@breakwater/reputation-set";
import {
  DATASET_KINDS,
  type DatasetKind,
  type DatasetSpec,
  datasetSpec,
  datasetStateLine,
  datasetType,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  hashListFile,
  LANES,
  type Lane,
  parseRange,
  renderRangeLine,
  renderRules,
} from "@breakwater/suricata";
import { type ListElement, place } from "./elements.ts";
import { type EnginePaths, RANGE_FILE, RULE_FILE, urlScriptFile } from "./engine-paths.ts";
import { LineFile, replaceTextFile } from "./line-file.ts";
import type { Policy } from "./policy.ts";

/** What the engine's files describe: sets of their own names, so that a reload takes them as new. */
export type Generation = {
  readonly number: number;
  readonly datasets: readonly DatasetSpec[];
  /** Elements written, by dataset name. */
  readonly counts: ReadonlyMap<string, number>;
};

export type HashList = { lane: Lane; algorithm: HashAlgorithm; file: string };
export type Refused = { readonly type: EntryType; readonly value: string; readonly reason: string };

/** The whole world the files are made from. */
export type World = { readonly policy: Policy; readonly index: ReputationIndex };

const MEMBERS_PER_TURN = 20_000;

/** Lets others run now and then; the index must not change meanwhile. */
async function* unhurried(members: Iterable<SetMember>): AsyncGenerator<SetMember> {
  let count = 0;
  for (const member of members) {
    yield member;
    count += 1;
    if (count % MEMBERS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

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
    for await (const { type, value, filter } of unhurried(index.members())) {
      const lane = policy.lane(filter);
      if (lane === undefined) continue;
      const placement = place(type, value, lane);
      if (placement.how === "refused") refused.push({ type, value, reason: placement.reason });
      else if (placement.how === "listed") lists.write(placement.element);
      else {
        for (const element of placement.elements) {
          if (element.kind !== "url") states.write(element.lane, element.kind, element.value);
        }
      }
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
      for await (const { value, filter } of unhurried(index.members(type))) {
        const lane = policy.lane(filter);
        const placement = lane === undefined ? undefined : place(type, value, lane);
        if (placement?.how === "listed") lists.write(placement.element);
      }
    }
    writeRules(paths, datasets, lists.commit());
  } catch (error) {
    lists.abandon();
    throw error;
  }
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

class StateFiles {
  readonly #number: number;
  readonly #files: ReadonlyMap<string, { lane: Lane; kind: DatasetKind; file: LineFile }>;

  constructor(directory: string, number: number) {
    this.#number = number;
    const all = LANES.flatMap((lane) => DATASET_KINDS.map((kind) => ({ lane, kind })));
    this.#files = new Map(
      all.map(({ lane, kind }) => {
        const { stateFile } = datasetSpec({ lane, kind, entries: 0, generation: number });
        return [`${lane} ${kind}`, { lane, kind, file: new LineFile(join(directory, stateFile)) }];
      }),
    );
  }

  write(lane: Lane, kind: DatasetKind, value: string): void {
    this.#files.get(`${lane} ${kind}`)?.file.write(datasetStateLine(datasetType(kind), value));
  }

  commit(): Generation {
    const counts = new Map<string, number>();
    const datasets = [...this.#files.values()].map(({ lane, kind, file }) => {
      file.commit();
      const spec = datasetSpec({ lane, kind, entries: file.count, generation: this.#number });
      counts.set(spec.name, file.count);
      return spec;
    });
    return { number: this.#number, datasets, counts };
  }

  abandon(): void {
    for (const { file } of this.#files.values()) abandonQuietly(file);
  }
}

class ListFiles {
  readonly #paths: EnginePaths;
  readonly #ranges: LineFile;
  readonly #hashes = new Map<string, HashList & { lines: LineFile }>();

  constructor(paths: EnginePaths) {
    this.#paths = paths;
    this.#ranges = new LineFile(paths.rule(RANGE_FILE));
  }

  write(element: ListElement): void {
    const { lane, value } = element;
    if (element.kind === "range")
      return this.#ranges.write(renderRangeLine(parseRange(value), lane));
    const { algorithm } = element;
    const file = hashListFile(lane, algorithm);
    let list = this.#hashes.get(file);
    if (list === undefined) {
      list = { lane, algorithm, file, lines: new LineFile(this.#paths.rule(file)) };
      this.#hashes.set(file, list);
    }
    list.lines.write(`${value}\n`);
  }

  /** The hash lists that hold something: the engine refuses a rule with an empty one. */
  commit(): HashList[] {
    this.#ranges.commit();
    return [...this.#hashes.values()].map(({ lane, algorithm, file, lines }) => {
      lines.commit();
      return { lane, algorithm, file };
    });
  }

  abandon(): void {
    abandonQuietly(this.#ranges);
    for (const { lines } of this.#hashes.values()) abandonQuietly(lines);
  }
}

/** Some may be committed already; what failed first is what counts. */
function abandonQuietly(file: LineFile): void {
  try {
    file.abandon();
  } catch {
    return;
  }
}
