import { AppError, type SetDelta, type SetId, type SetOperation } from "@breakwater/protocol";
import {
  applyDelta,
  decodeDelta,
  encodeDelta,
  type LoadedSnapshot,
  loadSnapshot,
  mergeSnapshot,
} from "@breakwater/reputation-set";
import { createLock, type Disk, type DiskFile, writeFully } from "@breakwater/spool";
import { asDiskError, unlessDamaged } from "./set-errors.ts";
import { fileName, NAME, readLines, readParts, writeParts } from "./set-files.ts";

export type SetStoreOptions = {
  readonly disk: Disk;
  readonly maxMembers: number;
  /** A journal longer than this is worked into the snapshot. */
  readonly maxJournalBytes: number;
};

/** `waiting`: the disk takes nothing now; the delta is kept in memory and written with the next. */
export type Durability = "durable" | "waiting";

type Journal = {
  readonly generation: number;
  readonly file: DiskFile;
  bytes: number;
  waiting: Buffer[];
  /** It is time to work the journal into the snapshot when it is longer than this. */
  compactAbove: number;
};

/** Others get their turn after so much, about ten milliseconds of work. */
const COMPACT_BYTES = 1 << 17;
const MAX_WAITING_BYTES = 16 << 20;

/**
 * Reputation sets on disk: per set a snapshot and a journal of the deltas since. A new snapshot gets
 * a new generation number and takes the place of the old in one step. It comes from the SMS, or is the
 * old one with the journal worked in; then its journal begins with what came meanwhile.
 */
export class SetStore {
  readonly #options: SetStoreOptions;
  readonly #disk: Disk;
  readonly #journals = new Map<SetId, Journal>();
  /** One new generation at a time. */
  readonly #renewal = createLock();
  /** Held while a journal is written, or changes its place. */
  readonly #writing = createLock();

  constructor(options: SetStoreOptions) {
    this.#options = options;
    this.#disk = options.disk;
  }

  /** The set as it was left, or undefined when there is none that can be trusted. Read errors are thrown. */
  async load(set: SetId): Promise<LoadedSnapshot | undefined> {
    for (const generation of (await this.#generations(set)).toReversed()) {
      const loaded = await this.#loadGeneration(set, generation).catch(unlessDamaged);
      if (loaded !== undefined) return loaded;
    }
    return undefined;
  }

  /** Stores a snapshot while it arrives. Whatever goes wrong leaves the old one in place. */
  receive(set: SetId, source: AsyncIterable<Uint8Array>): Promise<LoadedSnapshot> {
    return this.#renewal(() => this.#receive(set, source));
  }

  async #receive(set: SetId, source: AsyncIterable<Uint8Array>): Promise<LoadedSnapshot> {
    const generation = ((await this.#generations(set)).at(-1) ?? 0) + 1;
    const name = fileName(set, generation, "snapshot");
    const temporary = `${name}.tmp`;
    const loaded = await this.#writeWhileLoading(temporary, source).catch(
      async (error: unknown) => {
        await this.#disk.remove(temporary).catch(() => undefined);
        throw asDiskError(error);
      },
    );
    if (loaded.position.set !== set) {
      await this.#disk.remove(temporary);
      throw new AppError("Unprocessable", "The SMS sent the snapshot of another reputation set.");
    }
    await this.#disk.remove(fileName(set, generation, "journal"));
    await this.#disk.rename(temporary, name);
    await this.#disk.syncDirectory();
    await this.#startJournal(set, generation, 0);
    await this.#removeBefore(set, generation);
    return loaded;
  }

  /** The journal is long: call `compact`. */
  wantsCompaction(set: SetId): boolean {
    const journal = this.#journals.get(set);
    return journal !== undefined && journal.bytes > journal.compactAbove;
  }

  /**
   * Works the journal into the snapshot, while deltas go on coming. Whatever goes wrong leaves both
   * as they are, to be tried again when the journal is a quarter longer.
   */
  compact(set: SetId): Promise<void> {
    return this.#renewal(async () => {
      const journal = this.#journals.get(set);
      if (journal === undefined || !this.wantsCompaction(set)) return;
      journal.compactAbove = journal.bytes * 1.25;
      const temporary = `${fileName(set, journal.generation + 1, "snapshot")}.tmp`;
      try {
        const { bytes } = journal;
        await this.#writeCompacted(temporary, set, journal.generation, bytes);
        await this.#writing(() => this.#switchTo(temporary, set, journal, bytes));
      } catch (error) {
        await this.#disk.remove(temporary).catch(() => undefined);
        throw asDiskError(error);
      }
      await this.#removeBefore(set, journal.generation + 1);
    });
  }

  /** The delta has been applied and checked already; it is made durable here. */
  append(delta: SetDelta): Promise<Durability> {
    this.#journals.get(delta.set)?.waiting.push(Buffer.from(encodeDelta(delta)));
    return this.flush(delta.set);
  }

  /** Writes what the disk did not take before. */
  flush(set: SetId): Promise<Durability> {
    return this.#writing(() => this.#flush(set));
  }

  async #flush(set: SetId): Promise<Durability> {
    const journal = this.#journals.get(set);
    if (journal === undefined) throw new Error("the journal of the set is not open");
    if (journal.waiting.length === 0) return "durable";
    const bytes = Buffer.concat(journal.waiting);
    try {
      await writeFully(journal.file, bytes, journal.bytes);
      await journal.file.sync();
    } catch {
      await journal.file.truncate(journal.bytes).catch(() => undefined);
      return "waiting";
    }
    journal.bytes += bytes.length;
    journal.waiting = [];
    return "durable";
  }

  /** The journal can no longer hold what came: fetch a snapshot. */
  wantsSnapshot(set: SetId): boolean {
    const waiting = this.#journals.get(set)?.waiting ?? [];
    return waiting.reduce((sum, line) => sum + line.length, 0) > MAX_WAITING_BYTES;
  }

  /** Deletes every set but these. */
  async keepOnly(sets: ReadonlySet<string>): Promise<void> {
    for (const set of this.#journals.keys()) if (!sets.has(set)) await this.#closeJournal(set);
    for (const name of await this.#disk.list()) {
      const set = NAME.exec(name.replace(/\.tmp$/, ""))?.[1];
      if (set !== undefined && !sets.has(set)) await this.#disk.remove(name);
    }
  }

  async close(): Promise<void> {
    for (const set of this.#journals.keys()) await this.#closeJournal(set);
  }

  async #closeJournal(set: SetId): Promise<void> {
    await this.#journals.get(set)?.file.close();
    this.#journals.delete(set);
  }

  async #generations(set: SetId): Promise<number[]> {
    const matches = (await this.#disk.list()).map((name) => NAME.exec(name));
    const own = matches.filter((match) => match?.[1] === set && match[3] === "snapshot");
    return own.map((match) => Number(match?.[2])).sort((a, b) => a - b);
  }

  async #removeBefore(set: SetId, generation: number): Promise<void> {
    for (const old of await this.#generations(set))
      if (old < generation) await this.#removeGeneration(set, old);
  }

  /** A snapshot that holds the old one and the first `bytes` of its journal. */
  async #writeCompacted(
    temporary: string,
    set: SetId,
    generation: number,
    bytes: number,
  ): Promise<void> {
    const operations: SetOperation[] = [];
    let last: SetDelta | undefined;
    for await (const { line, end } of readLines(this.#disk, fileName(set, generation, "journal"))) {
      if (end > bytes) break;
      last = decodeDelta(line);
      operations.push(...last.operations);
    }
    if (last === undefined) throw new Error("the journal of the set is empty");
    const { to: version, checksum, count } = last;
    const parts = mergeSnapshot(
      readParts(this.#disk, fileName(set, generation, "snapshot"), COMPACT_BYTES),
      operations,
      { set, version, checksum, count },
      { maxMembers: this.#options.maxMembers },
    );
    await writeParts(this.#disk, temporary, parts);
  }

  /** What came since goes into the new journal before the new snapshot counts. */
  async #switchTo(temporary: string, set: SetId, old: Journal, bytes: number): Promise<void> {
    const generation = old.generation + 1;
    const name = fileName(set, generation, "journal");
    const since = await this.#disk.read(
      fileName(set, old.generation, "journal"),
      bytes,
      old.bytes - bytes,
    );
    const file = await this.#disk.open(name);
    try {
      await file.truncate(0);
      await writeFully(file, since, 0);
      await file.sync();
      await this.#disk.rename(temporary, fileName(set, generation, "snapshot"));
      await this.#disk.syncDirectory();
    } catch (error) {
      await file.close();
      throw error;
    }
    const { maxJournalBytes: compactAbove } = this.#options;
    const { waiting } = old;
    this.#journals.set(set, { generation, file, bytes: since.length, waiting, compactAbove });
    await old.file.close();
  }

  async #removeGeneration(set: SetId, generation: number): Promise<void> {
    await this.#disk.remove(fileName(set, generation, "snapshot"));
    await this.#disk.remove(fileName(set, generation, "journal"));
  }

  async #writeWhileLoading(
    name: string,
    source: AsyncIterable<Uint8Array>,
  ): Promise<LoadedSnapshot> {
    const file = await this.#disk.open(name);
    try {
      await file.truncate(0);
      let at = 0;
      const written = async function* () {
        for await (const chunk of source) {
          const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
          await writeFully(file, bytes, at);
          at += bytes.length;
          yield bytes;
        }
      };
      const loaded = await loadSnapshot(written(), { maxMembers: this.#options.maxMembers });
      await file.sync();
      return loaded;
    } finally {
      await file.close();
    }
  }

  async #loadGeneration(set: SetId, generation: number): Promise<LoadedSnapshot> {
    const snapshot = readParts(this.#disk, fileName(set, generation, "snapshot"));
    const { index, position: start } = await loadSnapshot(snapshot, {
      maxMembers: this.#options.maxMembers,
    });
    let position = start;
    let good = 0;
    const journal = fileName(set, generation, "journal");
    for await (const { line, end } of readLines(this.#disk, journal)) {
      const applied = applyDelta(index, position, decodeDelta(line));
      // A delta that does not fit was never promised: everything before it was.
      if (!applied.ok) break;
      position = applied.value;
      good = end;
    }
    if (index.checksum !== position.checksum)
      throw new AppError("Unprocessable", "The journal leads elsewhere.");
    await this.#startJournal(set, generation, good);
    return { index, position };
  }

  async #startJournal(set: SetId, generation: number, bytes: number): Promise<void> {
    await this.#closeJournal(set);
    const file = await this.#disk.open(fileName(set, generation, "journal"));
    await file.truncate(bytes);
    await file.sync();
    await this.#disk.syncDirectory();
    const compactAbove = this.#options.maxJournalBytes;
    this.#journals.set(set, { generation, file, bytes, waiting: [], compactAbove });
  }
}
