import { join } from "node:path";
import {
  DATASET_KINDS,
  type DatasetKind,
  datasetSpec,
  datasetStateLine,
  datasetType,
  LANES,
  type Lane,
} from "@breakwater/suricata";
import type { Generation } from "./generation.ts";
import { abandonQuietly, LineFile } from "./line-file.ts";

/** One file per lane and kind, under the names of one generation. */
export class StateFiles {
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
    this.of(lane, kind).write(datasetStateLine(datasetType(kind), value));
  }

  of(lane: Lane, kind: DatasetKind): LineFile {
    const found = this.#files.get(`${lane} ${kind}`);
    if (found === undefined) throw new Error(`no state file for ${kind} in lane ${lane}`);
    return found.file;
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
