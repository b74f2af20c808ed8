import type { EntryType, SetChecksum, SetMember } from "@breakwater/protocol";
import { BlockWriter } from "./block-writer.ts";
import { KeySorter } from "./key-sorter.ts";
import { fixedKeyBytes, isText, keyOf, MAX_KEY_BYTES, noKey, TYPE_CODES } from "./member-key.ts";
import { ChecksumSum } from "./set-checksum.ts";
import { endOfBlocks } from "./snapshot-format.ts";

/**
 * Builds a snapshot from members that come in the order of `TYPE_CODES` and, within a type, in the
 * order of their values' text (PostgreSQL's collation "C"). No index is made. Text and hashes are in
 * key order already; addresses and ranges are collected type by type and sorted.
 *
 * Iterate what `add` and `end` give to its end, and write it behind the header; `count` and
 * `checksum` for the header are known afterwards.
 */
export class SnapshotBuilder {
  readonly #checksum = new ChecksumSum();
  readonly #text = Buffer.alloc(MAX_KEY_BYTES);
  #count = 0;
  #code = -1;
  #writer: BlockWriter | undefined;
  #sorter: KeySorter | undefined;

  get count(): number {
    return this.#count;
  }

  get checksum(): SetChecksum {
    return this.#checksum.toString();
  }

  /**
   * Gives the blocks that these members make complete.
   * @throws RangeError for a member out of order, twice, with a value that is not canonical, or
   * with a filter number that does not fit 16 bits
   */
  *add(members: Iterable<SetMember>): Generator<Buffer> {
    for (const member of members) {
      const code = TYPE_CODES.indexOf(member.type);
      if (code !== this.#code) yield* this.#begin(member.type, code);
      const block = this.#put(member);
      if (block !== undefined) yield block;
    }
  }

  /** Gives the last blocks and the end. */
  *end(): Generator<Buffer> {
    yield* this.#endType();
    yield endOfBlocks();
  }

  *#begin(type: EntryType, code: number): Generator<Buffer> {
    if (code < this.#code) throw new RangeError(`members of type ${type} come too late`);
    yield* this.#endType();
    this.#code = code;
    this.#writer = new BlockWriter(type);
    const width = needsSorting(type) ? fixedKeyBytes(type) : undefined;
    this.#sorter = width === undefined ? undefined : new KeySorter(width);
  }

  #put({ type, value, filter }: SetMember): Buffer | undefined {
    if (!Number.isInteger(filter) || filter < 0 || filter > 0xffff)
      throw new RangeError(`filter number ${filter} does not fit`);
    const key = fixedKeyBytes(type) === undefined ? this.#textKey(type, value) : keyOf(type, value);
    this.#checksum.add(type, key, filter);
    this.#count += 1;
    if (this.#sorter === undefined) return this.#writer?.put(key, filter);
    this.#sorter.push(key, filter);
    return undefined;
  }

  /** The same as `keyOf`, without a new buffer for every member. */
  #textKey(type: EntryType, value: string): Uint8Array {
    const length = value.length > MAX_KEY_BYTES ? 0 : this.#text.write(value);
    const key = this.#text.subarray(0, length);
    return isText(key) ? key : noKey(type, value);
  }

  *#endType(): Generator<Buffer> {
    for (const { key, value } of this.#sorter?.sorted() ?? []) {
      const block = this.#writer?.put(key, value);
      if (block !== undefined) yield block;
    }
    const block = this.#writer?.end();
    if (block !== undefined) yield block;
    this.#writer = undefined;
    this.#sorter = undefined;
  }
}

/** Whether the order of the values' text is another than the order of the keys. */
function needsSorting(type: EntryType): boolean {
  return type === "ipv4" || type === "ipv6" || type === "cidr";
}
