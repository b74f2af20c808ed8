import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { SetId, SetPosition } from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { oneSet } from "./set-store.ts";

export const SNAPSHOT_ENCODINGS = ["br", "gzip", "identity"] as const;
export type SnapshotEncoding = (typeof SNAPSHOT_ENCODINGS)[number];

const ATTEMPTS = 5;

export type Snapshot = { position: SetPosition; file: FileHandle; size: number };

/**
 * Snapshots on disk, built once per set and version, and compressed once per encoding. Requests that
 * come while one is built wait for it. Only the newest of each set is kept.
 */
export class SnapshotCache {
  readonly #db: Db;
  readonly #folder: string;
  readonly #building = new Map<SetId, Promise<SetPosition | undefined>>();
  readonly #newest = new Map<SetId, SetPosition>();
  readonly #compressing = new Map<string, Promise<void>>();

  private constructor(db: Db, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /** Starts empty: what an earlier process left is removed. */
  static async open(db: Db, folder: string): Promise<SnapshotCache> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
    return new SnapshotCache(db, folder);
  }

  /** The caller closes the file. Undefined when there is no such set. */
  async get(set: SetId, encoding: SnapshotEncoding): Promise<Snapshot | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const position = await this.#upToDate(set);
      if (position === undefined) return undefined;
      try {
        if (encoding !== "identity") await this.#compress(position, encoding);
        const file = await open(this.#path(position, encoding), "r");
        return { position, file, size: (await file.stat()).size };
      } catch (error) {
        // A newer version may have taken its place between the steps.
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #upToDate(set: SetId): Promise<SetPosition | undefined> {
    const wanted = await oneSet(this.#db, set);
    if (wanted === undefined) return undefined;
    const cached = this.#newest.get(set);
    if (cached !== undefined && cached.version >= wanted.version) return cached;
    const running = this.#building.get(set);
    if (running !== undefined) {
      const built = await running;
      if (built === undefined || built.version >= wanted.version) return built;
      return this.#upToDate(set);
    }
    const building = this.#build(set).finally(() => this.#building.delete(set));
    this.#building.set(set, building);
    return building;
  }

  async #build(set: SetId): Promise<SetPosition | undefined> {
    const built = await buildSnapshot(this.#db, set);
    if (built === undefined) return undefined;
    const { position } = built;
    await this.#write(this.#path(position, "identity"), async (file) => {
      await pipeline(Readable.from(built.parts()), file.createWriteStream());
    });
    const before = this.#newest.get(set);
    this.#newest.set(set, position);
    if (before !== undefined && before.version !== position.version) await this.#drop(before);
    return position;
  }

  async #compress(position: SetPosition, encoding: "br" | "gzip"): Promise<void> {
    const path = this.#path(position, encoding);
    const running = this.#compressing.get(path) ?? this.#compressInto(path, position, encoding);
    this.#compressing.set(path, running);
    return running;
  }

  async #compressInto(path: string, position: SetPosition, encoding: "br" | "gzip"): Promise<void> {
    try {
      const source = createReadStream(this.#path(position, "identity"));
      await this.#write(path, async (file) => {
        await pipeline(source, compressor(encoding), file.createWriteStream());
      });
    } catch (error) {
      this.#compressing.delete(path);
      throw error;
    }
  }

  /** Nobody ever sees a half-written file. */
  async #write(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
    const draft = `${path}.draft`;
    const file = await open(draft, "w");
    try {
      await fill(file);
    } finally {
      await file.close().catch(() => undefined);
    }
    await rename(draft, path);
  }

  async #drop(position: SetPosition): Promise<void> {
    for (const encoding of SNAPSHOT_ENCODINGS) {
      const path = this.#path(position, encoding);
      this.#compressing.delete(path);
      await rm(path, { force: true });
    }
  }

  #path({ set, version }: SetPosition, encoding: SnapshotEncoding): string {
    return join(this.#folder, `${set}-${version}.${encoding}`);
  }
}

function compressor(encoding: "br" | "gzip") {
  return encoding === "gzip"
    ? createGzip({ level: 1 })
    : createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}
