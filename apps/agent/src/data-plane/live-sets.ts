import { messageOf } from "@breakwater/protocol";
import {
  CommandError,
  type DatasetSpec,
  datasetCapacity,
  type EngineCommands,
  type Lane,
  type UrlTable,
  urlKey,
} from "@breakwater/suricata";
import { elementKey, type LiveElement } from "./elements.ts";
import type { Generation } from "./generation.ts";

export type LiveSetsOptions = {
  /** Undefined while there is no connection to the engine. */
  readonly commands: () => Pick<EngineCommands, "datasetAdd" | "datasetRemove"> | undefined;
  readonly isWanted: (element: LiveElement) => boolean;
  readonly urlTable: (lane: Lane) => UrlTable;
  /** The engine's sets are not what we think, or are full: make them anew from files. */
  readonly onDrift: (reason: string) => void;
};

export type Trouble = { readonly state: "rejected" | "over-capacity"; readonly reason: string };

/** More waiting changes than this go faster through files. */
export const MAX_LIVE_CHANGES = 20_000;
/** More changes since the files were written than this make them worth writing again. */
const MAX_REPLAY = 100_000;

/**
 * Changes to the running engine's sets. An element is only ever marked as touched; whether it is
 * added or removed is decided when its turn comes, from the set as it is then. So repeating,
 * merging and replaying are harmless.
 */
export class LiveSets {
  readonly #options: LiveSetsOptions;
  #generation: Generation | undefined;
  readonly #counts = new Map<string, number>();
  #waiting = new Map<string, LiveElement>();
  /** Touched since the files were written: what an engine that starts from them has to be told. */
  #sinceFiles = new Map<string, LiveElement>();
  readonly #troubles = new Map<string, Trouble>();
  #draining: Promise<void> | undefined;

  constructor(options: LiveSetsOptions) {
    this.#options = options;
  }

  /** What the running engine holds. */
  get generation(): Generation | undefined {
    return this.#generation;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Elements that the engine did not take, by `elementKey`. */
  get troubles(): ReadonlyMap<string, Trouble> {
    return this.#troubles;
  }

  touch(element: LiveElement): void {
    const key = elementKey(element);
    if (element.kind === "url") {
      this.#applyUrl(element);
      return;
    }
    this.#waiting.set(key, element);
    this.#sinceFiles.set(key, element);
    if (this.#waiting.size > MAX_LIVE_CHANGES)
      this.#options.onDrift("too many changes to send one by one");
    else if (this.#sinceFiles.size > MAX_REPLAY)
      this.#options.onDrift("many changes since the files were written");
  }

  /** Files are being written from the set as it is now; resolves what they will cover. */
  filesBegin(): { readonly undo: () => void } {
    const covered = { waiting: this.#waiting, since: this.#sinceFiles };
    this.#waiting = new Map();
    this.#sinceFiles = new Map();
    return {
      undo: () => {
        this.#waiting = new Map([...covered.waiting, ...this.#waiting]);
        this.#sinceFiles = new Map([...covered.since, ...this.#sinceFiles]);
      },
    };
  }

  /** The engine uses these sets now, as they stand in their files. */
  use(generation: Generation): void {
    this.#generation = generation;
    this.#counts.clear();
    for (const [name, count] of generation.counts) this.#counts.set(name, count);
    this.#troubles.clear();
    this.#waiting = new Map([...this.#waiting, ...this.#sinceFiles]);
  }

  /** Resolves when nothing waits any more, or nothing can be sent now. Never rejects. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    // So that the end below comes after the assignment above.
    await Promise.resolve();
    try {
      await this.#sendWaiting();
    } finally {
      // In the same turn as the last look at what waits: what comes later starts another drain.
      this.#draining = undefined;
    }
  }

  async #sendWaiting(): Promise<void> {
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting;
      for (const [key, element] of waiting) {
        waiting.delete(key);
        if (await this.#apply(key, element)) continue;
        this.#waiting.set(key, element);
        return;
      }
    }
  }

  /** False: not now. */
  async #apply(key: string, element: LiveElement): Promise<boolean> {
    const commands = this.#options.commands();
    const spec = this.#generation?.datasets.find(
      ({ lane, kind }) => lane === element.lane && kind === element.kind,
    );
    if (commands === undefined || spec === undefined) return false;
    try {
      if (!this.#options.isWanted(element)) {
        const answer = await commands.datasetRemove(spec, element.value);
        if (answer === "removed") this.#count(spec, -1);
        this.#troubles.delete(key);
        return true;
      }
      if (this.#isFull(spec)) {
        this.#troubles.set(key, { state: "over-capacity", reason: "the engine's set is full" });
        this.#options.onDrift(`${spec.name} is full`);
        return true;
      }
      const answer = await commands.datasetAdd(spec, element.value);
      if (answer === "added") this.#count(spec, 1);
      this.#troubles.delete(key);
      return true;
    } catch (error) {
      return this.#failed(key, error);
    }
  }

  #failed(key: string, error: unknown): boolean {
    if (!(error instanceof CommandError)) {
      this.#troubles.set(key, { state: "rejected", reason: messageOf(error) });
      return true;
    }
    switch (error.failure) {
      case "closed":
      case "timeout":
      case "protocol":
      case "queue-full":
        return false;
      case "unknown-set":
        this.#options.onDrift(error.message);
        return false;
      case "too-long":
      case "refused":
        this.#troubles.set(key, { state: "rejected", reason: error.message });
        return true;
    }
  }

  #count(spec: DatasetSpec, change: 1 | -1): void {
    this.#counts.set(spec.name, (this.#counts.get(spec.name) ?? 0) + change);
  }

  #isFull(spec: DatasetSpec): boolean {
    const planned = this.#generation?.counts.get(spec.name) ?? 0;
    return (this.#counts.get(spec.name) ?? 0) >= datasetCapacity(planned);
  }

  /** The URL table needs no engine: it is written here and read there. */
  #applyUrl(element: LiveElement): void {
    const table = this.#options.urlTable(element.lane);
    const key = urlKey(element.value);
    try {
      if (this.#options.isWanted(element)) table.add(key);
      else table.remove(key);
      this.#troubles.delete(elementKey(element));
    } catch (error) {
      // A table grows by being written anew, for which the disk may have no room.
      const reason = messageOf(error);
      this.#troubles.set(elementKey(element), { state: "over-capacity", reason });
      this.#options.onDrift(`the URL table could not be changed: ${reason}`);
    }
  }
}
