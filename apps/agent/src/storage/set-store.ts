import { AppError, messageOf, type SetDelta, type SetId } from "@breakwater/protocol";
import {
  applyDelta,
  decodeDelta,
  encodeDelta,
  type LoadedSnapshot,
  loadSnapshot,
} from "@breakwater/reputation-set";
import { type Disk, type DiskFile, writeFully } from "@breakwater/spool";

export type SetStoreOptions = {
  readonly disk: Disk;
  readonly maxMembers: number;
  /** A journal longer than this is given up for a new snapshot. */
  readonly maxJournalBytes: number;
};

/** `waiting`: the disk takes nothing now; the delta is kept in memory and written with the next. */
export type Durability = "durable" | "waiting";

type Journal = { readonly file: DiskFile; bytes: number; waiting: Buffer[] };

const READ_BYTES = 1 << 20;
const MAX_WAITING_BYTES = 16 << 20;
const NAME = /^([0-9a-f-]{36})\.(\d{8})\.(snapshot|journal)$/;

/**
 * Reputation sets on disk: per set the snapshot as it was fetched and a journal of the deltas
 * since. A new snapshot gets a new generation number and takes the place of the old in one step.
 */
export class SetStore {
  readonly #options: SetStoreOptions;
  readonly #disk: Disk;
  readonly #journals = new Map<SetId, Journal>();

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
  async receive(set: SetId, source: AsyncIterable<Uint8Array>): Promise<LoadedSnapshot> {
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
    for (const old of await this.#generations(set))
      if (old < generation) await this.#removeGeneration(set, old);
    return loaded;
  }

  /** The delta has been applied and checked already; it is made durable here. */
  append(delta: SetDelta): Promise<Durability> {
    this.#journals.get(delta.set)?.waiting.push(Buffer.from(encodeDelta(delta)));
    return this.flush(delta.set);
  }

  /** Writes what the disk did not take before. */
  async flush(set: SetId): Promise<Durability> {
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

  /** The journal no longer pays, or can no longer hold what came: fetch a snapshot. */
  wantsSnapshot(set: SetId): boolean {
    const journal = this.#journals.get(set);
    const waiting = journal?.waiting.reduce((sum, line) => sum + line.length, 0) ?? 0;
    return (journal?.bytes ?? 0) > this.#options.maxJournalBytes || waiting > MAX_WAITING_BYTES;
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
    const snapshot = this.#parts(fileName(set, generation, "snapshot"));
    const { index, position: start } = await loadSnapshot(snapshot, {
      maxMembers: this.#options.maxMembers,
    });
    let position = start;
    let good = 0;
    const journal = fileName(set, generation, "journal");
    for await (const { line, end } of this.#lines(journal)) {
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

  async *#parts(name: string): AsyncGenerator<Buffer> {
    const size = await this.#disk.size(name);
    for (let at = 0; at < size; at += READ_BYTES) {
      yield await this.#disk.read(name, at, Math.min(READ_BYTES, size - at));
    }
  }

  /** Complete lines and where each ends; a torn last one is left out. */
  async *#lines(name: string): AsyncGenerator<{ line: string; end: number }> {
    if (!(await this.#disk.list()).includes(name)) return;
    let rest = Buffer.alloc(0);
    let end = 0;
    for await (const part of this.#parts(name)) {
      rest = Buffer.concat([rest, part]);
      for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
        end += at + 1;
        yield { line: rest.toString("utf8", 0, at), end };
        rest = rest.subarray(at + 1);
      }
    }
  }

  async #startJournal(set: SetId, generation: number, bytes: number): Promise<void> {
    await this.#closeJournal(set);
    const file = await this.#disk.open(fileName(set, generation, "journal"));
    await file.truncate(bytes);
    await file.sync();
    await this.#disk.syncDirectory();
    this.#journals.set(set, { file, bytes, waiting: [] });
  }
}

function fileName(set: SetId, generation: number, kind: "snapshot" | "journal"): string {
  return `${set}.${String(generation).padStart(8, "0")}.${kind}`;
}

/** A disk that cannot be read is no reason to go on with an empty set. */
function unlessDamaged(error: unknown): undefined {
  if (error instanceof AppError || error instanceof RangeError) return undefined;
  throw error;
}

function asDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") return error;
  const message = `The disk is full: the reputation set was not stored, the device keeps the one it has (${messageOf(error)}).`;
  return new AppError("DiskFull", message, { cause: error });
}
