import type { EntryType } from "@breakwater/protocol";
import { fixedKeyBytes, MAX_KEY_BYTES, TYPE_CODES } from "./member-key.ts";
import { BLOCK_HEADER_BYTES, MAX_BLOCK_KEY_BYTES, MAX_BLOCK_MEMBERS } from "./snapshot-format.ts";

/** Room that the longest key needs in a block. */
const MAX_KEY_ROOM = MAX_KEY_BYTES + 3;

/** Puts the members of one type, in the order of their keys' bytes, into blocks of a snapshot. */
export class BlockWriter {
  readonly #type: EntryType;
  readonly #isText: boolean;
  readonly #keys = Buffer.allocUnsafe(MAX_BLOCK_KEY_BYTES);
  readonly #filters = new Uint16Array(MAX_BLOCK_MEMBERS);
  readonly #last = new Uint8Array(MAX_KEY_BYTES);
  #lastLength = 0;
  #keyBytes = 0;
  #members = 0;

  constructor(type: EntryType) {
    this.#type = type;
    this.#isText = fixedKeyBytes(type) === undefined;
  }

  /**
   * Returns a block when one became full.
   * @throws RangeError for a key that does not come after the one before
   */
  put(key: Uint8Array, filter: number): Buffer | undefined {
    const shared = this.#sharedWithLast(key);
    if (this.#isText) this.#putText(key, this.#members === 0 ? 0 : Math.min(shared, 255));
    else this.#append(key, 0);
    for (let i = shared; i < key.length; i += 1) this.#last[i] = key[i] ?? 0;
    this.#lastLength = key.length;
    this.#filters[this.#members] = filter;
    this.#members += 1;
    const isFull =
      this.#members === MAX_BLOCK_MEMBERS || this.#keyBytes > MAX_BLOCK_KEY_BYTES - MAX_KEY_ROOM;
    return isFull ? this.end() : undefined;
  }

  /** The last block, or undefined when there is nothing left. */
  end(): Buffer | undefined {
    if (this.#members === 0) return undefined;
    const block = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + this.#keyBytes + this.#members * 2);
    block[0] = TYPE_CODES.indexOf(this.#type);
    block.writeUInt32LE(this.#members, 1);
    block.writeUInt32LE(this.#keyBytes, 5);
    this.#keys.copy(block, BLOCK_HEADER_BYTES, 0, this.#keyBytes);
    let at = BLOCK_HEADER_BYTES + this.#keyBytes;
    for (let i = 0; i < this.#members; i += 1) at = block.writeUInt16LE(this.#filters[i] ?? 0, at);
    this.#keyBytes = 0;
    this.#members = 0;
    return block;
  }

  #sharedWithLast(key: Uint8Array): number {
    const limit = Math.min(this.#lastLength, key.length);
    let shared = 0;
    while (shared < limit && this.#last[shared] === key[shared]) shared += 1;
    const isAfter =
      shared < key.length &&
      (shared === this.#lastLength || (key[shared] ?? 0) > (this.#last[shared] ?? 0));
    if (!isAfter) throw new RangeError(`members of type ${this.#type} are not in key order`);
    return shared;
  }

  #putText(key: Uint8Array, shared: number): void {
    this.#keys[this.#keyBytes] = shared;
    this.#keys.writeUInt16LE(key.length - shared, this.#keyBytes + 1);
    this.#keyBytes += 3;
    this.#append(key, shared);
  }

  /** Keys are short: a loop is faster than a copy that needs a view. */
  #append(key: Uint8Array, from: number): void {
    const to = this.#keyBytes - from;
    for (let i = from; i < key.length; i += 1) this.#keys[to + i] = key[i] ?? 0;
    this.#keyBytes += key.length - from;
  }
}
