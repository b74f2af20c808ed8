import {
  type HashAlgorithm,
  hashListFile,
  type Lane,
  parseRange,
  renderRangeLine,
} from "@breakwater/suricata";
import type { ListElement } from "./elements.ts";
import { type EnginePaths, RANGE_FILE } from "./engine-paths.ts";
import { abandonQuietly, LineFile } from "./line-file.ts";

export type HashList = { lane: Lane; algorithm: HashAlgorithm; file: string };

/** Ranges of all lanes in one file, hashes in one per lane and algorithm. */
export class ListFiles {
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
