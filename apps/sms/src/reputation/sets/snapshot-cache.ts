import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { SetId, SetPosition } from "@breakwater/protocol";
import type { Db } from "../../database.ts";
import { changesSince } from "./changes-since.ts";
import type { LiveSets } from "./live-sets.ts";
import { oneSet } from "./set-store.ts";
import { writeSnapshot } from "./write-snapshot.ts";

export const SNAPSHOT_ENCODINGS = ["br", "gzip", "identity"] as const;
export type SnapshotEncoding = (typeof SNAPSHOT_ENCODINGS)[number];

const ATTEMPTS = 5;
/** A snapshot this many changes old is still given out: the stream brings the rest as a delta. */
const MOST_BEHIND = 2000;

export type Snapshot = { position: SetPosition; file: FileHandle; size: number };

export type SnapshotCacheDeps = { db: Db; liveSets: LiveSets };

/**
 * Snapshots on disk, written once per set for many versions and compressed once per encoding.
 * Requests that come while one is written wait for it. Only the newest of each set is kept.
 */
export class SnapshotCache {
  readonly #deps: SnapshotCacheDeps;
  readonly #folder: string;
  readonly #building = new Map<SetId, Promise<SetPosition | undefined>>();
  readonly #newest = new Map<SetId, SetPosition>();
  readonly #compressing = new Map<string, Promise<void>>();

  /** @param folder empty, and of this process alone */
  constructor(deps: SnapshotCacheDeps, folder: string) {
    this.#deps = deps;
    this.#folder = folder;
  }

  /** The caller closes the file. Undefined when there is no such set. */
  async get(set: SetId, encoding: SnapshotEncoding): Promise<Snapshot | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const position = await this.#recent(set);
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

  async #recent(set: SetId): Promise<SetPosition | undefined> {
    if (await this.#isRecent(set)) return this.#newest.get(set);
    const running = this.#building.get(set);
    if (running !== undefined) return running;
    const building = this.#build(set).finally(() => this.#building.delete(set));
    this.#building.set(set, building);
    return building;
  }

  /** Whether what is there can be brought up to date by one delta. */
  async #isRecent(set: SetId): Promise<boolean> {
    const cached = this.#newest.get(set);
    if (cached === undefined) return false;
    const now = await oneSet(this.#deps.db, set);
    if (now === undefined || cached.version > now.version) return false;
    if (cached.version < now.forgotten) return false;
    return (await changesSince(this.#deps.db, cached.version, MOST_BEHIND + 1)) <= MOST_BEHIND;
  }

  async #build(set: SetId): Promise<SetPosition | undefined> {
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `${set}.draft`);
    const position = await writeSnapshot(this.#deps, set, draft);
    if (position === undefined) return undefined;
    await rename(draft, this.#path(position, "identity"));
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

  /** Nobody ever sees a half-written file. */
  async #compressInto(path: string, position: SetPosition, encoding: "br" | "gzip"): Promise<void> {
    const draft = `${path}.draft`;
    const file = await open(draft, "w");
    try {
      const source = createReadStream(this.#path(position, "identity"));
      await pipeline(source, compressor(encoding), file.createWriteStream());
      await rename(draft, path);
    } catch (error) {
      this.#compressing.delete(path);
      throw error;
    } finally {
      await file.close().catch(() => undefined);
    }
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
