import type { Lock } from "@breakwater/spool";
import type { EnginePaths } from "./engine-paths.ts";
import type { EntryStates } from "./entry-states.ts";
import {
  type Generation,
  removeOldStates,
  type World,
  writeGeneration,
  writeLists,
} from "./generation.ts";
import type { LiveSets } from "./live-sets.ts";
import type { UrlTables } from "./url-tables.ts";

export type EngineFilesOptions = {
  readonly paths: EnginePaths;
  readonly tables: UrlTables;
  readonly live: LiveSets;
  readonly entries: EntryStates;
  readonly indexLock: Lock;
  /** UNIX ms. */
  readonly now: () => number;
};

/** What lies on disk for the engine to read, and whether it can still be believed. */
export class EngineFiles {
  readonly #options: EngineFilesOptions;
  #generation: Generation | undefined;
  #intact = true;
  /** Odd while files are being written; an engine that starts meanwhile may have read either. */
  #stamp = 0;
  /** Entries that stood in the list files when they were written. */
  #listed: readonly string[] = [];

  constructor(options: EngineFilesOptions) {
    this.#options = options;
  }

  get generation(): Generation | undefined {
    return this.#generation;
  }

  /** The state files are as we wrote them. */
  get intact(): boolean {
    return this.#intact;
  }

  /** Changes whenever files change; undefined while they do. */
  get stamp(): number | undefined {
    return this.#stamp % 2 === 0 ? this.#stamp : undefined;
  }

  /** An engine that ends by itself writes the sets it holds, perhaps halfway. */
  distrust(): void {
    this.#intact = false;
  }

  /** Everything, from the world as it is now, under names that no engine uses yet. */
  writeAll(world: World): Promise<void> {
    const { indexLock, live, tables, entries, paths } = this.#options;
    return indexLock(async () => {
      const covered = live.filesBegin();
      try {
        tables.fill(world);
        const { generation, refused } = await this.#stamped(() =>
          writeGeneration(paths, this.#nextNumber(), world),
        );
        this.#generation = generation;
        this.#intact = true;
        entries.refuseOnly(refused);
        this.#listed = entries.pending.keys();
      } catch (error) {
        covered.undo();
        throw error;
      }
    });
  }

  /** Ranges and hashes only; the sets keep their names. */
  writeLists(world: World, { datasets }: Generation): Promise<void> {
    const { indexLock, entries, paths } = this.#options;
    return indexLock(async () => {
      await this.#stamped(() => writeLists(paths, datasets, world));
      this.#listed = entries.pending.keys();
    });
  }

  /** The engine has read the lists as they were written last. */
  listsLoaded(): void {
    this.#options.entries.pending.loaded(this.#listed);
  }

  /** The engine has read the sets as they were written last; older files are not needed any more. */
  setsLoaded(): void {
    const { live, paths } = this.#options;
    if (this.#generation === undefined) return;
    live.use(this.#generation);
    removeOldStates(paths, this.#generation.datasets);
    this.listsLoaded();
  }

  async #stamped<T>(write: () => Promise<T>): Promise<T> {
    this.#stamp += 1;
    try {
      return await write();
    } finally {
      this.#stamp += 1;
    }
  }

  /** Later than any before, also than those of an earlier life of this agent. */
  #nextNumber(): number {
    return Math.max(Math.floor(this.#options.now() / 1000), (this.#generation?.number ?? 0) + 1);
  }
}
