import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, writeSync } from "node:fs";
import { halfSipHash } from "./half-siphash.ts";
import {
  emptySlots,
  findSlot,
  type Hash,
  isFull,
  liveHashes,
  markerFree,
  REMOVED,
  slotsOf,
  type UrlSlots,
} from "./url-slots.ts";
import { type KeyWords, readTable, replaceFile } from "./url-table-file.ts";
import { HEADER_BYTES, SLOT_BYTES } from "./url-table-format.ts";

export type UrlTableOptions = {
  path: string;
  /** 8 random bytes, the device's own. By default those of the file, or new ones. */
  key?: Uint8Array;
};

/**
 * Writer of the URL table that the engine reads through a shared mapping (see
 * `url-table-format.ts`). Keys come from `urlKey`. A change is one 8-byte write into the
 * page cache, so it acts on the next request without any command. When to `sync` is the
 * caller's choice; after a power cut it fills the table from its own records again.
 */
export class UrlTable {
  readonly #path: string;
  readonly #key: KeyWords;
  #slots: UrlSlots;
  #file: number;

  private constructor(path: string, key: KeyWords, slots: UrlSlots, file: number) {
    this.#path = path;
    this.#key = key;
    this.#slots = slots;
    this.#file = file;
  }

  /** Opens the table; where there is none, a damaged one, or one with another key, makes an empty one. */
  static open({ path, key }: UrlTableOptions): UrlTable {
    const wanted = key === undefined ? undefined : keyWords(key);
    const stored = readTable(path);
    if (stored !== undefined && (wanted === undefined || sameKey(stored.key, wanted))) {
      return new UrlTable(path, stored.key, stored.slots, stored.file);
    }
    if (stored !== undefined) closeSync(stored.file);
    const words = wanted ?? keyWords(randomBytes(8));
    const slots = emptySlots();
    return new UrlTable(path, words, slots, replaceFile(path, words, slots));
  }

  get count(): number {
    return this.#slots.live;
  }

  /** Slots of the file; it grows by being replaced. */
  get slotCount(): number {
    return this.#slots.mask + 1;
  }

  has(key: Uint8Array): boolean {
    return findSlot(this.#slots, this.#hash(key)).found;
  }

  /** True when the URL was not in the table. */
  add(key: Uint8Array): boolean {
    const hash = this.#hash(key);
    const place = findSlot(this.#slots, hash);
    if (place.found) return false;
    if (place.free === undefined || isFull(this.#slots)) {
      // The table keeps hashes, so it can be laid out anew without the URLs.
      this.#swap(slotsOf([...liveHashes(this.#slots), hash]));
      return true;
    }
    if (this.#slots.words[place.free * 2] === REMOVED) this.#slots.removed -= 1;
    this.#slots.live += 1;
    this.#writeSlot(place.free, hash);
    return true;
  }

  /** True when the URL was in the table. */
  remove(key: Uint8Array): boolean {
    const place = findSlot(this.#slots, this.#hash(key));
    if (!place.found) return false;
    this.#slots.live -= 1;
    this.#slots.removed += 1;
    this.#writeSlot(place.slot, [REMOVED, REMOVED]);
    return true;
  }

  /** Makes the table hold exactly these, in one step as the engine sees it. */
  replaceAll(keys: Iterable<Uint8Array>): void {
    this.#swap(slotsOf(Array.from(keys, (key) => this.#hash(key))));
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #swap(slots: UrlSlots): void {
    const old = this.#file;
    this.#file = replaceFile(this.#path, this.#key, slots);
    this.#slots = slots;
    closeSync(old);
  }

  #writeSlot(slot: number, hash: Hash): void {
    this.#slots.words.set(hash, slot * 2);
    const bytes = Buffer.alloc(SLOT_BYTES);
    bytes.writeInt32LE(hash[0], 0);
    bytes.writeInt32LE(hash[1], 4);
    writeSync(this.#file, bytes, 0, SLOT_BYTES, HEADER_BYTES + slot * SLOT_BYTES);
  }

  #hash(key: Uint8Array): Hash {
    return markerFree(halfSipHash(key, this.#key[0], this.#key[1]));
  }
}

function keyWords(key: Uint8Array): KeyWords {
  if (key.length !== 8) throw new Error(`the key of a URL table has 8 bytes, not ${key.length}`);
  const bytes = Buffer.from(key);
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

function sameKey(a: KeyWords, b: KeyWords): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
